import { UserError } from '../errors';
import { docker } from './docker';

/** Operating system and processor of an engine, in the words of images and pipelines. */
export interface EnginePlatform {
  os: 'linux';
  arch: 'amd64' | 'arm64';
}

/**
 * The engine's own platform, which need not be this machine's.
 * @throws UserError for one that official images are not made for
 */
export async function enginePlatform(): Promise<EnginePlatform> {
  const [os, arch] = (await docker(['version', '--format', '{{.Server.Os}} {{.Server.Arch}}'])).stdout
    .trim()
    .split(' ');
  if (os === 'linux' && (arch === 'amd64' || arch === 'arm64')) return { os, arch };
  throw new UserError(
    `the Docker engine runs on ${os ?? ''}/${arch ?? ''}`,
    'use an engine on linux/amd64 or linux/arm64',
  );
}
