import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../../clients/docker/docker';
import { foundImages } from '../../../stacks/images';

/**
 * Builds an image for tests when it is first asked for: a folder's Dockerfile on top of the toolchain's tools image, with Debian's packages.
 * @param name what it is called after `sluice-test-`
 * @returns its name, which stands for its content
 */
export async function buildTestImage(name: string, folder: string): Promise<string> {
  const base = foundImages()['tools'];
  if (base === undefined) throw new Error('the toolchain has not told its images');
  const files = fs.readdirSync(folder).filter((file) => !file.endsWith('.ts'));
  const texts = files.sort().map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
  const hash = createHash('sha256').update([base, ...texts].join('\0'));
  const image = `sluice-test-${name}:${hash.digest('hex').slice(0, 12)}`;
  if ((await docker(['image', 'inspect', image], { allowFailure: true })).code === 0) return image;
  const proxies = ['http_proxy', 'https_proxy', 'no_proxy'].filter((each) => process.env[each] !== undefined);
  await docker(
    ['build', ...[`BASE=${base}`, ...proxies].flatMap((each) => ['--build-arg', each]), '--tag', image, folder],
    { env: { DOCKER_BUILDKIT: '0' }, timeoutSeconds: 600 },
  );
  return image;
}
