import { docker, type OnEngine } from './docker';
import { labels, withLabels } from './labels';

/** A port of the host that a running container publishes. */
export interface PublishedPort {
  /** The machine, when it is not this engine's. */
  machine?: string | undefined;
  bind: string;
  port: number;
  container: string;
  image: string;
  /** Labels `sluice.instance` and `sluice.stack`; empty for a container that is none of Sluice's. */
  instance: string;
  stack: string;
}

/** What an engine's running containers publish. @param wanted labels that they have, `key=value` each */
export async function publishedPorts(on: OnEngine, wanted: readonly string[] = []): Promise<PublishedPort[]> {
  const format = ['.Names', '.Image', `.Label "${labels.instance}"`, `.Label "${labels.stack}"`, '.Ports']
    .map((field) => `{{${field}}}`)
    .join('\t');
  const { stdout } = await docker(['ps', '--no-trunc', '--format', format, ...withLabels(wanted)], on);
  return parsePublished(stdout);
}

/** Reads lines of `docker ps`: name, image, instance, stack and ports, separated by tabs. */
export function parsePublished(lines: string): PublishedPort[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [container = '', image = '', instance = '', stack = '', ports = ''] = line.split('\t');
      return ports
        .split(', ')
        .flatMap((text) => rangeOf(text).map(([bind, port]) => ({ bind, port, container, image, instance, stack })));
    });
}

/** `127.0.0.1:8080-8081->8080-8081/tcp` or `:::80->80/tcp`; nothing for a port that is not published, or of UDP. */
function rangeOf(text: string): [bind: string, port: number][] {
  const match = /^\[?(.+?)\]?:(\d+)(?:-(\d+))?->.*\/tcp$/.exec(text);
  if (match === null) return [];
  const [, bind = '', first = '', last = first] = match;
  const begin = Number(first);
  return Array.from({ length: Number(last) - begin + 1 }, (_, index) => [bind, begin + index]);
}
