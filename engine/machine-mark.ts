import { randomBytes } from 'node:crypto';
import { docker, type OnEngine } from './docker';
import { labels } from './labels';

/**
 * What tells an environment's resources on an engine from those that it has had, or will have, on another one. Network and edge carry it as a
 * label, so that it stays the same whatever way to the engine is taken, and whoever looks.
 * @returns a new one where there is nothing of the environment; empty where that was made without
 */
export async function machineMark(on: OnEngine, instance: string, environment: string): Promise<string> {
  const marks = async (list: readonly string[], role: string): Promise<string[]> => {
    const of = { [labels.instance]: instance, [labels.stack]: environment, [labels.role]: role };
    const filters = Object.entries(of).flatMap(([key, value]) => ['--filter', `label=${key}=${value}`]);
    const format = `{{.ID}}\t{{.Label "${labels.machine}"}}`;
    const { stdout } = await docker([...list, '--format', format, ...filters], on);
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[1] ?? '']));
  };
  const found = await Promise.all([marks(['network', 'ls'], 'network'), marks(['ps', '--all'], 'edge')]);
  return found.flat()[0] ?? randomBytes(4).toString('hex');
}
