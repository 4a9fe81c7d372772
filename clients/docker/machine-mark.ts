import { randomBytes } from 'node:crypto';
import { docker, type OnEngine } from './docker';
import { labels, withLabels } from './labels';

/**
 * What tells an environment's resources on an engine from those that it has had, or will have, on another one. Network and edge carry it as a
 * label, so that it stays the same whatever way to the engine is taken, and whoever looks.
 * @returns a new one where there is nothing of the environment; undefined where that was made without
 */
export async function machineMark(on: OnEngine, instance: string, environment: string): Promise<string | undefined> {
  const marks = async (list: readonly string[], role: string): Promise<string[]> => {
    const of = [`${labels.instance}=${instance}`, `${labels.stack}=${environment}`, `${labels.role}=${role}`];
    const format = `{{.ID}}\t{{.Label "${labels.machine}"}}`;
    const { stdout } = await docker([...list, '--format', format, ...withLabels(of)], on);
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[1] ?? '']));
  };
  const [found] = (await Promise.all([marks(['network', 'ls'], 'network'), marks(['ps', '--all'], 'edge')])).flat();
  return found === undefined ? randomBytes(4).toString('hex') : found || undefined;
}

/** The name of a resource on another machine: that of another engine is another. @param mark see {@link machineMark} */
export function markedName(name: string, mark: string | undefined): string {
  return mark === undefined ? name : `${name}-${mark}`;
}
