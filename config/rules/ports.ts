import { UserError } from '../../base/errors';
import { externalServerOf } from '../../pipelines/kinds';
import type { StackFile } from '../stack';
import { kindOf, machineOf } from '../../targets/kinds';
import { bindOf } from '../targets';

/** A port of the host that a stack publishes, and the config that says so. */
export interface WantedPort {
  stack: string;
  /** Like `sluice:services.discounts.port`. */
  key: string;
  /** The machine, when it is not the platform's. */
  machine?: string | undefined;
  /** The address that it is bound to. */
  bind: string;
  port: number;
}

/**
 * The ports that a stack publishes; not those of a compose project, whose file says them.
 * @param stacks all stacks: an environment's address is its platform's by default
 */
export function portsOf({ name, config }: StackFile, stacks: readonly StackFile[]): WantedPort[] {
  const published = (key: string, port: number, bind: string): WantedPort => ({
    stack: name,
    key: `sluice:${key}`,
    bind,
    port,
  });
  if (config.role === 'platform') {
    if (externalServerOf(config.ci) !== undefined) return [];
    const own = config.registry === 'embedded' ? (['registryPort'] as const) : [];
    return [...own, 'gitHostPort' as const, 'dronePort' as const].map((key) =>
      published(key, config[key], config.bind),
    );
  }
  if (!kindOf(config.target).declares) return [];
  const platform = stacks.find((stack) => stack.name === config.platform)?.config;
  const bind = bindOf(config, platform?.bind ?? '127.0.0.1');
  const machine = machineOf(config.target);
  return Object.entries(config.services).flatMap(([service, { port }]) =>
    port === undefined ? [] : [{ ...published(`services.${service}.port`, port, bind), machine }],
  );
}

type Bound = Pick<WantedPort, 'machine' | 'bind' | 'port'>;

/**
 * Whether two ports can't be published on one machine. A wildcard address takes the port on every address of its family
 * (Docker binds `0.0.0.0` and `::` apart).
 */
export function collide(a: Bound, b: Bound): boolean {
  if (a.machine !== b.machine) return false;
  if (a.port !== b.port || isV6(a.bind) !== isV6(b.bind)) return false;
  const [first, second] = [canonical(a.bind), canonical(b.bind)];
  return first === second || [first, second].includes(isV6(a.bind) ? '[::]' : '0.0.0.0');
}

function isV6(address: string): boolean {
  return address.includes(':');
}

/** One spelling for each address: IPv6 has many. */
function canonical(address: string): string {
  return new URL(`http://${isV6(address) ? `[${address}]` : address}`).hostname;
}

/** @throws UserError when two stacks, or two parts of one, are given the same port */
export function refuseSharedPorts(stacks: readonly StackFile[]): void {
  const given: WantedPort[] = [];
  for (const stack of stacks) {
    for (const port of portsOf(stack, stacks)) {
      const other = given.find((each) => collide(each, port));
      if (other !== undefined) {
        throw new UserError(
          `port ${port.port} is given twice: to ${place(other)} and to ${place(port)}`,
          `give one of them another port in ${fileOf(port)}`,
        );
      }
      given.push(port);
    }
  }
}

function place(port: WantedPort): string {
  return `${port.key} in ${fileOf(port)}`;
}

function fileOf({ stack }: WantedPort): string {
  return `Pulumi.${stack}.yaml`;
}
