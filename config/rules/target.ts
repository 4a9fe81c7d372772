import type { EnvironmentConfig } from '../types';
import { setCommand } from '../secrets';
import { UserError } from '../../base/errors';

/** Whether values are those of an environment that is a compose project elsewhere. @param raw as the stack's file has them */
export function isComposed(raw: Readonly<Record<string, unknown>>): boolean {
  return (raw['target'] as { kind?: unknown } | undefined)?.kind === 'compose-ssh';
}

/**
 * What a target needs, and what it can't have.
 * @throws UserError that names the key and what to write
 */
export function checkTarget(
  file: string,
  config: Pick<EnvironmentConfig, 'target' | 'sshPassword' | 'sshPrivateKey' | 'compose' | 'services'> & {
    watch: { seconds: number };
  },
): void {
  const { target: own, sshPassword, sshPrivateKey } = config;
  const given = Object.entries({ sshPassword, sshPrivateKey }).find(([, value]) => value !== '')?.[0];
  if (own.kind === 'engine') {
    if (given === undefined) return;
    throw new UserError(
      `${file}: sluice:${given} belongs to a target that is reached by SSH, but sluice:target is none`,
      `write sluice:target with "kind: compose-ssh" or "kind: ssh-docker", or remove sluice:${given}, in ${file}`,
    );
  }
  if (own.kind === 'ssh-docker' && sshPassword !== '') {
    throw new UserError(
      `${file}: sluice:sshPassword is no login for a target of kind "ssh-docker": Docker's clients log in with a key`,
      `${setCommand(file, 'sshPrivateKey')}, and remove sluice:sshPassword from ${file}`,
    );
  }
  if (given === undefined) {
    throw new UserError(
      `${file}: sluice:target is reached by SSH and needs ${own.kind === 'ssh-docker' ? '' : 'sluice:sshPassword or '}sluice:sshPrivateKey`,
      `${setCommand(file, 'sshPrivateKey')}; or "sluice:sshPrivateKey: $SSH_PRIVATE_KEY" in ${file}`,
    );
  }
  if (own.kind === 'ssh-docker') return;
  const wrong = config.watch.seconds > 0 ? 'watch' : config.compose === '' ? undefined : 'compose';
  if (wrong !== undefined) {
    throw new UserError(
      `${file}: sluice:${wrong} belongs to an environment that Sluice declares, but sluice:target is "${own.kind}"`,
      `remove sluice:${wrong} from ${file}; how services run is said in the machine's own docker-compose.yml`,
    );
  }
  if (Object.values(config.services).every(({ repository }) => repository === undefined)) {
    throw new UserError(
      `${file}: sluice:services names no service with a repository, so that nothing would ever be deployed`,
      `add one like "api: { repository: api }" to sluice:services in ${file}`,
    );
  }
}
