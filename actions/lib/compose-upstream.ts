import { pullScript } from '../../engine/compose-deploy';
import { lookAt, servedBy } from '../../engine/compose-look';
import type { ComposePlace } from '../../engine/place';
import { ssh, type SshConnection } from '../../engine/ssh';
import type { Served } from '../../releases/served';
import { ActionFailed } from '../runner';

/** An upstream environment that is a compose project on another machine, as a gate needs it. */
export interface ComposeUpstream extends ComposePlace {
  /** The port that each of its services listens on, inside its network. */
  ports: Record<string, number>;
  /** The image that checks run in, as that machine pulls it: by digest. Empty when the platform has published none. */
  tools: string;
  registry: { host: string; username: string; password: string };
}

/** Where checks of a compose project run, and under which addresses they find its services. */
export interface CheckPlace {
  host: SshConnection;
  image: string;
  network: string;
  urls: Record<string, string>;
}

/** What the project serves now. */
export async function servedByUpstream(upstream: ComposeUpstream): Promise<Record<string, Served | undefined>> {
  return servedBy(await lookAt(upstream), Object.keys(upstream.ports));
}

/**
 * Makes ready for checks: the image that they run in is brought to the machine.
 * @throws ActionFailed when it can't be, or nothing runs there
 */
export async function prepareChecks(upstream: ComposeUpstream): Promise<CheckPlace> {
  if (upstream.tools === '') {
    throw new ActionFailed(
      `checks can't run on ${upstream.ssh.host}: the platform has not published their image yet\n` +
        '  next: npm run up, without a stack: the platform publishes it',
    );
  }
  const { network } = await lookAt(upstream);
  if (network === undefined) throw new ActionFailed(`nothing runs in ${upstream.folder} on ${upstream.ssh.host}`);
  const input = pullScript({ folder: upstream.folder, image: upstream.tools, registry: upstream.registry });
  const { code, stderr } = await ssh(upstream.ssh, 'sh -s', { input, timeoutSeconds: 600 });
  if (code !== 0) throw new ActionFailed(`checks can't run on ${upstream.ssh.host}: ${stderr.trim()}`);
  return {
    host: upstream.ssh,
    image: upstream.tools,
    network,
    urls: Object.fromEntries(
      Object.entries(upstream.ports).map(([service, port]) => [service, `http://${service}:${port}`]),
    ),
  };
}
