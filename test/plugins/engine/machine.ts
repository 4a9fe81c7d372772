import { docker } from '../../../clients/docker/docker';
import { foundImages } from '../../../stacks/images';

/** Begins the names of all that these tests make; a run removes its own only. */
export const prefix = `sluice-test-plugins-${process.pid}`;

/** An image with busybox in it, `:1` and `:2` differ. */
export const image = `${prefix}:1`;
export const otherImage = `${prefix}:2`;

const APPLETS = ['sh', 'sleep', 'httpd', 'wget', 'cat', 'echo', 'true', 'false', 'stat', 'id', 'env'];

/**
 * Makes the images, on top of one that the toolchain has brought to this machine and that has busybox in it. Without the
 * builder, whose containers have names that tell nobody whose they are: other tests look at all that the engine holds.
 */
export async function setUp(): Promise<void> {
  const base = foundImages()['edge'];
  if (base === undefined) throw new Error('the toolchain has not told its images');
  const links = APPLETS.map((applet) => `ln -sf "$(command -v busybox)" /test/bin/${applet}`).join(' && ');
  const name = `${prefix}-base`;
  const script = `mkdir -p /test/bin && ${links}`;
  // An empty entrypoint is none, in the image that comes of it as well.
  const settings = ['--name', name, '--user', '0', '--stop-signal', 'SIGTERM', '--entrypoint', ''];
  await docker(['run', ...settings, base, 'sh', '-c', script]);
  const changes = ['USER 0', 'ENV PATH=/test/bin', 'CMD ["sh"]'];
  const commit = async (tag: string, lines: string[]): Promise<void> => {
    await docker(['commit', ...lines.flatMap((line) => ['--change', line]), name, tag]);
  };
  await commit(image, changes);
  await commit(otherImage, [...changes, 'ENV OTHER=yes']);
  await docker(['rm', name]);
}

/** Removes everything whose name begins with this run's prefix. */
export async function tearDown(): Promise<void> {
  const list = async (...args: string[]): Promise<string[]> =>
    (await docker(args)).stdout.split('\n').filter((name) => name.startsWith(prefix));
  for (const name of await list('ps', '-a', '--format', '{{.Names}}'))
    await docker(['rm', '--force', '--volumes', name]);
  for (const name of await list('network', 'ls', '--format', '{{.Name}}')) await docker(['network', 'rm', name]);
  for (const name of await list('volume', 'ls', '--format', '{{.Name}}')) await docker(['volume', 'rm', name]);
  for (const name of await list('images', '--format', '{{.Repository}}:{{.Tag}}'))
    await docker(['rmi', '--force', name]);
}

/** Kinds and names of all that the engine holds under this run's prefix, but images. */
export async function names(): Promise<string[]> {
  const list = async (kind: string, ...args: string[]): Promise<string[]> =>
    (await docker(args)).stdout
      .split('\n')
      .filter((name) => name.startsWith(prefix))
      .map((name) => `${kind} ${name}`);
  const all = await Promise.all([
    list('container', 'ps', '-a', '--format', '{{.Names}}'),
    list('network', 'network', 'ls', '--format', '{{.Name}}'),
    list('volume', 'volume', 'ls', '--format', '{{.Name}}'),
  ]);
  return all.flat().sort();
}

/** One field of a container by a template of the docker client. */
export async function look(container: string, template: string): Promise<string> {
  return (await docker(['inspect', '--format', template, container])).stdout.trim();
}
