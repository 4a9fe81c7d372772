import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { UserError } from '../errors';

/** A stack as its file describes it, as far as other stacks and the verbs have to know. */
export interface StackFile {
  name: string;
  role: 'platform' | 'environment';
  /** Upstream environment; empty for one that follows a channel. */
  promotesFrom: string;
  /** The registry tag it follows when it promotes from none. */
  channel: string;
  /** Repositories whose releases it runs. */
  repositories: string[];
  /** Host port by service. */
  ports: Record<string, number>;
}

/**
 * All stacks that have a file `Pulumi.<name>.yaml` in a folder: platforms first, then environments with every one
 * behind the one that it promotes from, otherwise by name.
 * @throws UserError when a file is no YAML, an upstream has no file, or environments promote in a circle
 */
export function readStackFiles(folder: string): StackFile[] {
  const stacks = fs
    .readdirSync(folder)
    .map((file) => /^Pulumi\.([^.]+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort()
    .map((name) => stackFile(name, fs.readFileSync(path.join(folder, `Pulumi.${name}.yaml`), 'utf8')));
  return inOrder(stacks);
}

/** What one stack's file says. */
export function stackFile(name: string, text: string): StackFile {
  const file = `Pulumi.${name}.yaml`;
  let config: Record<string, unknown>;
  try {
    config = ((parse(text) as { config?: Record<string, unknown> } | null)?.config ?? {});
  } catch (error) {
    throw new UserError(`${file} is not YAML: ${(error as Error).message.split('\n')[0] ?? ''}`, `correct ${file}`);
  }
  const role = config['sluice:role'] === 'platform' ? 'platform' : 'environment';
  const promotesFrom = asText(config['sluice:promotesFrom']);
  const services = Object.entries((config['sluice:services'] ?? {}) as Record<string, Record<string, unknown> | null>);
  return {
    name,
    role,
    promotesFrom,
    channel: role === 'environment' && promotesFrom === '' ? asText(config['sluice:channel']) || name : '',
    repositories: services.flatMap(([, service]) =>
      typeof service?.['repository'] === 'string' ? [service['repository']] : [],
    ),
    ports: Object.fromEntries(
      services.flatMap(([service, settings]) =>
        typeof settings?.['port'] === 'number' ? [[service, settings['port']] as const] : [],
      ),
    ),
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Platforms, then environments with upstream ones first. */
export function inOrder(stacks: readonly StackFile[]): StackFile[] {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const done = new Set<string>();
  const ordered: StackFile[] = [];
  const visit = (stack: StackFile, above: string[]): void => {
    if (done.has(stack.name)) return;
    if (above.includes(stack.name)) {
      const circle = [...above.slice(above.indexOf(stack.name)), stack.name].join(' → ');
      throw new UserError(
        `environments promote in a circle: ${circle}`,
        `change sluice:promotesFrom in Pulumi.${stack.name}.yaml`,
      );
    }
    if (stack.promotesFrom !== '') {
      const upstream = byName.get(stack.promotesFrom);
      if (upstream?.role !== 'environment') {
        throw new UserError(
          `Pulumi.${stack.name}.yaml: sluice:promotesFrom names "${stack.promotesFrom}", which is no environment here`,
          `write Pulumi.${stack.promotesFrom}.yaml, or correct sluice:promotesFrom`,
        );
      }
      visit(upstream, [...above, stack.name]);
    }
    done.add(stack.name);
    ordered.push(stack);
  };
  const platforms = stacks.filter((stack) => stack.role === 'platform');
  for (const stack of [...platforms, ...stacks]) visit(stack, []);
  return ordered;
}

/** The way of one repository's releases: the channels that a push moves, and the environments to deploy in order. */
export function routeOf(
  repository: string,
  stacks: readonly StackFile[],
): { channels: string[]; environments: string[] } {
  const concerned = stacks.filter((stack) => stack.role === 'environment' && stack.repositories.includes(repository));
  return {
    channels: [...new Set(concerned.map((stack) => stack.channel).filter((channel) => channel !== ''))],
    environments: concerned.map((stack) => stack.name),
  };
}
