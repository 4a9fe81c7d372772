import { UserError } from '../errors';
import { docker, DockerError, type OnEngine } from './docker';

/**
 * What an engine calls itself: the same whatever way it is reached, and whatever its machine is called. Empty of one that tells none.
 * @throws UserError when another machine's can't be used
 */
export async function engineId(on: OnEngine): Promise<string> {
  const { stdout } = await docker(['info', '--format', '{{.ID}}'], on).catch(noEngine(on));
  return stdout.trim();
}

/** That a machine which is reached has no engine for this account. */
export function noEngine({ host }: OnEngine): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DockerError) || host === undefined) throw error;
    const said = error.result.stderr.trim().split('\n').at(-1) ?? '';
    throw new UserError(
      `${host.user} can't use the Docker engine of ${host.host}: ${said}`,
      'install Docker there, or let the account use it (usermod -aG docker ACCOUNT); then npm run up',
    );
  };
}
