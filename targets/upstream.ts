import { pullScript } from './compose-deploy';
import { lookAt, servedBy } from './compose-look';
import { served } from '../clients/edge/edge';
import type { MachinePlace } from './place';
import { ssh, type SshConnection } from '../clients/ssh/ssh';
import type { Served } from '../releases/served';
import { codesIn, withoutCodes } from '../base/codes';
import { ActionFailed } from '../base/errors';

/** An environment on another machine, as a gate behind it needs it, and its own watch. */
export interface Upstream extends MachinePlace {
  /** The port that each of its services listens on, inside its network. */
  ports: Record<string, number>;
  /** The image that checks run in, as that machine pulls it: by digest. Empty when the platform has published none. */
  tools: string;
  registry: { host: string; username: string; password: string };
  /** Of one that Sluice has declared on that machine's engine; absent of a compose project. */
  engine?: EdgedEnvironment;
}

/** An environment with an edge, as it is named in its engine. */
export interface EdgedEnvironment {
  instance: string;
  environment: string;
  /** The edge's container. */
  edge: string;
  /** The Docker network that all of it is in. */
  network: string;
}

/** Where checks of an environment on another machine run, and under which addresses they find its services. */
export interface CheckPlace {
  host: SshConnection;
  image: string;
  network: string;
  urls: Record<string, string>;
}

/** What the environment serves now. */
export async function servedByUpstream(upstream: Upstream): Promise<Record<string, Served | undefined>> {
  const { engine, ssh: host, ports } = upstream;
  if (engine !== undefined) return served({ ...engine, edge: { name: engine.edge, host } });
  return servedBy(await lookAt(upstream), Object.keys(ports));
}

/**
 * Makes ready for checks: the image that they run in is brought to the machine.
 * @throws ActionFailed when it can't be, or nothing runs there
 */
export async function prepareChecks(upstream: Upstream): Promise<CheckPlace> {
  const { engine, folder, ports, registry, ssh: host, tools } = upstream;
  if (tools === '') {
    throw new ActionFailed(
      `checks can't run on ${host.host}: the platform has not published their image yet\n` +
        '  next: npm run up, without a stack: the platform publishes it',
    );
  }
  const network = engine?.network ?? (await lookAt(upstream)).network;
  if (network === undefined) throw new ActionFailed(`nothing runs in ${folder} on ${host.host}`);
  const input = pullScript({ folder, image: tools, registry });
  const { code, stderr } = await ssh(host, 'sh -s', { input, timeoutSeconds: 600 });
  if (code !== 0) {
    throw new ActionFailed(
      `checks can't run on ${host.host}: ${withoutCodes(stderr).trim()}`,
      codesIn(stderr).map((told) => told.code),
    );
  }
  // An edge answers for every service on the port of the web; in a compose project each does so itself.
  const address = (service: string, port: number): string =>
    engine === undefined ? `http://${service}:${port}` : `http://${service}`;
  return {
    host,
    image: tools,
    network,
    urls: Object.fromEntries(Object.entries(ports).map(([service, port]) => [service, address(service, port)])),
  };
}
