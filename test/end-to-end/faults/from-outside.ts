import { docker, inspectContainer } from '../../../clients/docker/docker';
import { prefix } from '../isolate';

/**
 * Kills (-9) the first process of a container from outside, as the kernel does when memory is short. `docker kill` is
 * another thing: what the engine was told to end is not started again.
 */
export async function killFromOutside(container: string): Promise<void> {
  const { code, stdout } = await docker(['container', 'inspect', '--format', '{{.State.Pid}}', container]);
  const pid = Number(stdout);
  if (code !== 0 || !(pid > 1)) throw new Error(`${container} does not run`);
  const image = (await inspectContainer(`${prefix}-production-edge-discounts`))?.Config.Image ?? '';
  const host = ['--pid', 'host', '--network', 'none', '--user', '0', '--entrypoint', 'sh'];
  await docker(['run', '--rm', ...host, image, '-c', `kill -9 ${pid}`]);
}
