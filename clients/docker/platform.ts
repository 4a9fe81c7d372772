import { UserError } from '../../base/errors';
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

/**
 * The version of the Docker API that a client has to be told when it can't find out by itself.
 * @param own the version that it speaks untold
 * @param oldest the oldest one that the engine still understands
 * @returns undefined when its own will do
 */
export function apiToSpeak(own: string, oldest: string): string | undefined {
  const [minor = 0, needed = 0] = [own, oldest].map((version) => Number(version.split('.')[1]));
  return needed > minor ? oldest : undefined;
}

/** The oldest version of the Docker API that the engine understands: `1.44` since Docker 29. */
export async function oldestApi(): Promise<string> {
  return (await docker(['version', '--format', '{{.Server.MinAPIVersion}}'])).stdout.trim();
}
