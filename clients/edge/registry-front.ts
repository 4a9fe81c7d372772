import { engineResolvers, platformProxy, toContainer } from './proxy';

/** Port on which a registry serves, and its front. */
export const registryPort = 5000;

/** What an account of the registry is for: environments pull, builds push, the clean-up deletes. */
export const registryRoles = ['pull', 'push', 'delete'] as const;
export type RegistryRole = (typeof registryRoles)[number];

/** What stands behind the front, and who may do what. */
export interface RegistryFrontSettings {
  /** The registry's container and port, `sluice-registry-store:5000`. */
  store: string;
  /** The accounts' names. */
  accounts: Record<RegistryRole, string>;
}

const resolvers = 'names';

/**
 * HAProxy's configuration in front of a registry, which knows accounts but no roles. The registry tells whether a login
 * is right; the front tells, by the account's name, what it may do: everybody reads, `push` also writes, `delete` also
 * deletes. A name without the right password gets past the front and is refused by the registry.
 *
 * The front and the registry must read the same name: a request whose login could be read in two ways is refused.
 * Methods and addresses are those of the OCI distribution specification (v1.1, "Endpoints").
 */
export function registryFrontConfig({ store, accounts }: RegistryFrontSettings): string {
  return `${[
    ...platformProxy(),
    ...engineResolvers(resolvers),
    'frontend registry',
    `  bind :${registryPort}`,
    // Two logins in one request: the registry takes the first, a proxy the last.
    `  http-request return status 400 content-type application/json string '${denial('one login at a time')}' if { req.hdr_cnt(authorization) gt 1 }`,
    '  http-request set-var(txn.account) req.fhdr(authorization),bytes(6),b64dec,field(1,:)',
    '  acl named req.fhdr(authorization) -m found',
    ...registryRoles.map((role) => `  acl ${role} var(txn.account) -m str ${accounts[role]}`),
    '  acl reads method GET HEAD OPTIONS',
    '  acl deletes method DELETE',
    // An upload that is given up is deleted by whoever pushes.
    '  acl upload path_reg ^/v2/.+/blobs/uploads/',
    '  http-request set-var(txn.allowed) bool(false)',
    '  http-request set-var(txn.allowed) bool(true) if reads',
    '  http-request set-var(txn.allowed) bool(true) if deletes !upload delete',
    '  http-request set-var(txn.allowed) bool(true) if deletes upload push',
    '  http-request set-var(txn.allowed) bool(true) if !reads !deletes push',
    // Who has not said who he is hears from the registry how to.
    '  http-request set-var(txn.allowed) bool(true) if !named',
    `  http-request return status 403 content-type application/json string '${denial('this account may not do that')}' unless { var(txn.allowed) -m bool }`,
    '  default_backend store',
    '',
    ...toContainer('store', store, resolvers),
  ].join('\n')}\n`;
}

/** An error as registries write them, so that clients print it. */
function denial(message: string): string {
  return JSON.stringify({ errors: [{ code: 'DENIED', message }] });
}
