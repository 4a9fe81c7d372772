import { z } from 'zod';

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
