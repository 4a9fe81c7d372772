import { z } from 'zod';
import type { EnvironmentConfig } from '..';
import { setCommand } from './registry';
import { UserError } from '../../base/errors';

/** How a machine is reached by SSH. */
const machine = {
  host: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/, 'must be a host name or an IP address'),
  port: z.int().min(1).max(65535).default(22),
  user: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must be the name of an account'),
  /** What nobody else can show: with it, only the right machine is given the password. */
  hostKey: z
    .string()
    .trim()
    .regex(
      /^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{60,}={0,2}( .*)?$/,
      'must be the machine\'s public key as its /etc/ssh/ssh_host_ed25519_key.pub has it, "ssh-ed25519 AAAA…"',
    ),
};

const composeSsh = z.strictObject({
  kind: z.literal('compose-ssh'),
  ...machine,
  /** @default /usr/local/<the platform's prefix>-<environment> */
  folder: z
    .string()
    .regex(/^\/(?!.*(^|\/)\.\.?(\/|$))[\w./-]*\w$/, 'must be a folder from the root on, like /usr/local/shop-dev')
    .optional(),
});

/** Where an environment's containers run. */
export const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('engine') }),
  z.strictObject({ kind: z.literal('ssh-docker'), ...machine }),
  composeSsh,
]);

/** Kinds of targets. */
export type TargetKindName = z.infer<typeof target>['kind'];

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
