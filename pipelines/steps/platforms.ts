import { docker, type DockerCall, type DockerResult } from '../../clients/docker/docker';
import { dockerSays } from '../../clients/docker/words';
import { UserError } from '../../base/errors';

/**
 * The builder inside the engine takes `--platform` and then may hand out, from its cache, what was built for another one: it builds for its own.
 * @throws UserError when something else is wanted of it
 */
export async function assertOwnPlatform(wanted: readonly string[], call: DockerCall = docker): Promise<void> {
  if (wanted.length === 0) return;
  const { stdout } = await call(['version', '--format', '{{.Server.Os}}/{{.Server.Arch}}']);
  const own = stdout.trim();
  if (wanted.length === 1 && wanted[0] === own) return;
  throw new UserError(
    `the builder here builds for ${own} only, but the image is to be for ${wanted.join(', ')} (sluice:repositories): nothing was built`,
    'give the docker client that builds its buildx plugin, or remove platforms from the repository',
  );
}

/** The error of a build for platforms that the builder can't build for, or the engine can't keep; undefined when it failed for another reason. */
export function platformTrouble({ stderr, stdout }: DockerResult, wanted: readonly string[]): UserError | undefined {
  const said = `${stdout}\n${stderr}`;
  if (wanted.length > 1 && dockerSays(said, 'one-platform')) {
    return new UserError(
      `the engine keeps images for one platform, but the image is to be for ${wanted.join(', ')} (sluice:repositories): nothing was pushed or deployed`,
      'turn on the containerd image store of the engine that builds ("features": {"containerd-snapshotter": true} in its daemon.json), or name one platform',
    );
  }
  if (wanted.length > 0 && dockerSays(said, 'other-processor')) {
    return new UserError(
      `the engine that builds can't run programs for ${wanted.join(', ')}: nothing was pushed or deployed`,
      'install QEMU there (Debian: apt-get install qemu-user-static binfmt-support), or cross-compile in a stage "FROM --platform=$BUILDPLATFORM"',
    );
  }
  return undefined;
}
