import type { GitHostArgs } from '../../components/git-hosts';
import { Drone } from '../../components/ci/drone';

/** Labels of a platform's object. */
export const platformLabels = (role: string) => [
  { label: 'sluice.instance', value: 'sluice' },
  { label: 'sluice.stack', value: 'platform' },
  { label: 'sluice.role', value: role },
];

/** Bounds of what every container's processes may do. */
export const ulimits = [
  { name: 'core', soft: 0, hard: 0 },
  { name: 'nofile', soft: 16384, hard: 16384 },
];

/** What a container is held to that writes nothing but what it keeps in volumes. */
export const readOnlyRoot = { readOnly: true, tmpfs: { '/tmp': 'rw,noexec,nosuid,size=64m' } };

/** What every container of the platform is held to. */
export const held = (memory: number) => ({
  memory,
  memorySwap: memory,
  cpuShares: 1024,
  ulimits,
  capabilities: { drops: ['ALL'] },
  securityOpts: ['no-new-privileges:true'],
  restart: 'always',
  logDriver: 'json-file',
  logOpts: { 'max-size': '10m', 'max-file': '3' },
  wait: true,
  mustRun: true,
});

/** A git host as a platform declares it. */
export const gitHostArgs: GitHostArgs = {
  instance: 'sluice',
  network: 'sluice-platform',
  image: 'git-host:1',
  bind: '127.0.0.1',
  port: 3000,
  ciServer: Drone.address({ instance: 'sluice', port: 3080 }),
};

/** What the actions print in tests, by resource name. */
export const printed = {
  'install-git-host': { database: '2026-01-01T00:00:00Z' },
  'drone-application': { clientId: 'id-1', clientSecret: 'secret-1' },
  'connect-drone': { token: 'token-1' },
  'git-volume-owner': { volume: 'sluice-git' },
  'drone-volume-owner': { volume: 'sluice-drone' },
  'discounts-create': {
    cloneUrl: 'http://localhost:3000/shop/discounts.git',
    webUrl: 'http://localhost:3000/shop/discounts',
  },
  'discounts-activate': { slug: 'shop/discounts' },
  'discounts-seed': { commit: null },
};

/** The JSON that a Command gets on standard input. */
export function stdinOf(inputs: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(plain(inputs['stdin']) as string) as Record<string, unknown>;
}

/** A value without the wrapping in which the mock engine shows secrets, all the way down. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const secret =
    (value as Record<string, unknown>)['4dabf18193072939515e22adb298388d'] === '1b47061264138c4ac30d75fd1eb44270';
  if (secret) return plain((value as { value: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, plain(inside)]));
}

/** True when the mock engine was given this value as a secret. */
export function isSecret(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Record<string, unknown>)['4dabf18193072939515e22adb298388d'] === '1b47061264138c4ac30d75fd1eb44270'
  );
}

/** What a state has of these values in plain text. */
export function readable(value: unknown): unknown {
  if (isSecret(value)) return 'secret';
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, readable(inside)]));
}
