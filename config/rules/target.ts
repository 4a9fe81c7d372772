import type { EnvironmentConfig } from '../types';
import { setCommand } from '../secrets';
import { kindOf, kindsWith, type LoginKey } from '../../targets/kinds';
import { UserError } from '../../base/errors';

const loginKeys: readonly LoginKey[] = ['sshPassword', 'sshPrivateKey'];

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
  const { target } = config;
  const kind = kindOf(target);
  const { kind: word } = target;
  const given = loginKeys.filter((key) => config[key] !== '');
  const [other] = given.filter((key) => !kind.logins.includes(key));
  if (other !== undefined && kind.logins.length === 0) {
    throw new UserError(
      `${file}: sluice:${other} belongs to a target that is reached by SSH, but sluice:target is none`,
      `write sluice:target with ${kindsWith(other)
        .map((each) => `"kind: ${each}"`)
        .join(' or ')}, or remove sluice:${other}, in ${file}`,
    );
  }
  if (other !== undefined) {
    throw new UserError(
      `${file}: sluice:${other} is no login for a target of kind "${word}": ${kind.noOtherLogin ?? ''}`,
      `${setCommand(file, kind.logins[0] ?? '')}, and remove sluice:${other} from ${file}`,
    );
  }
  if (given.length === 0 && kind.logins.length > 0) {
    throw new UserError(
      `${file}: sluice:target is reached by SSH and needs ${kind.logins.map((key) => `sluice:${key}`).join(' or ')}`,
      `${setCommand(file, 'sshPrivateKey')}; or "sluice:sshPrivateKey: $SSH_PRIVATE_KEY" in ${file}`,
    );
  }
  if (kind.declares) return;
  const wrong = config.watch.seconds > 0 ? 'watch' : config.compose === '' ? undefined : 'compose';
  if (wrong !== undefined) {
    throw new UserError(
      `${file}: sluice:${wrong} belongs to an environment that Sluice declares, but sluice:target is "${word}"`,
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
