import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentConfig } from '../../config';
import type { LedgerAccess } from '../../targets/place';
import type { ComposeLook } from '../../targets/compose-look';
import type { LedgerRecord } from '../../releases/ledger';
import type { Candidate } from '../../releases/types';
import { asRead } from '../releases/part';
import { declareEnvironment } from '../../stacks/environment';
import { record, valueOf } from '../components/mocks';
import { environmentConfig } from './environment-config';
import { access } from '../targets/store-home';

export const hash = (character: string): string => `sha256:${character.repeat(64)}`;
export const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
export const passwords = ['pa55-of-the-machine', 'pa55-to-pull', 'pa55-to-push'] as const;
const platform = {
  instance: 'shop',
  bind: '127.0.0.1',
  registry: { address: 'harbor.example.com/shop', url: 'https://harbor.example.com', stepsUrl: '' },
  registryLogins: {
    pull: { username: 'robot-pull', password: passwords[1] },
    push: { username: 'robot-push', password: passwords[2] },
    delete: { username: 'robot', password: passwords[2] },
  },
  images: {},
  toolImages: { edge: 'edge:1', tools: 'tools:1' },
  deployImage: { image: 'harbor.example.com/shop/sluice-deploy', digest: hash('d') },
};
export const place = {
  ssh: { host: 'pilot.example.com', port: 22, user: 'deploy', hostKey, password: passwords[0] },
  folder: '/usr/local/shop-pilot',
};
/** What a gate gets of the environment `pilot`. */
export const upstream = {
  ...place,
  ports: { discounts: 8080 },
  tools: `harbor.example.com/shop/sluice-deploy@${hash('d')}`,
  registry: { host: 'harbor.example.com', username: 'robot-pull', password: passwords[1] },
};

export function config(values: Record<string, unknown> = {}): EnvironmentConfig {
  return environmentConfig('pilot', {
    services: { discounts: { repository: 'discounts', port: 8082, healthySeconds: 90 } },
    target: { kind: 'compose-ssh', host: 'pilot.example.com', user: 'deploy', hostKey },
    sshPassword: passwords[0],
    ...values,
  });
}

/** The machine before anything of ours runs on it. */
export const untouched: ComposeLook = {
  text: 'services:\n  discounts:\n    image: discounts:old # by hand\n    ports: ["8082:8080"]\n',
  running: {},
  network: undefined,
};

/** The machine as a deployment of a candidate leaves it. */
export function asLeft(of: Candidate, more: { digest?: string; healthy?: boolean } = {}): ComposeLook {
  const { digest = '', image = '' } = of['discounts'] ?? {};
  const running = {
    container: 'c',
    image: `${image}@${digest}`,
    labels: {},
    digest,
    instance: 'id 2026',
    healthy: true,
    ...more,
  };
  return {
    text: untouched.text.replace('discounts:old', `${image}@${digest}`),
    running: { discounts: running },
    network: 'pilot_default',
  };
}

/** Declares `pilot`, or another environment. What the registry has in a channel is made of the first letter of the channel's name. */
export async function declare(
  o: {
    name?: string;
    config?: EnvironmentConfig;
    now?: ComposeLook;
    records?: LedgerRecord[];
    references?: Record<string, Record<string, unknown>>;
    promoted?: Record<string, string>;
    /** How the platform's ledgers are reached. */
    ledgers?: LedgerAccess;
    preview?: boolean;
  } = {},
) {
  const { name = 'pilot', now = untouched } = o;
  const asked: unknown[] = [];
  const appended: LedgerRecord[] = [];
  const failures: unknown[] = [];
  const recorder = await record({
    stack: name,
    preview: o.preview ?? false,
    stdout: {
      promotion: { promoted: o.promoted ?? {} },
      'require-pass': { letIn: o.promoted ?? {} },
      deploy: { services: {} },
      cutover: { candidate: {}, containers: { discounts: 'c' } },
    },
    references: { 'organization/sluice/platform': { ...platform, ledgers: o.ledgers ?? access }, ...o.references },
    secretOutputs: ['registryLogins', 'ledgers', 'place'],
  });
  const outputs = await declareEnvironment(name, o.config ?? config(), {
    records: (where, subject, looks) => {
      if (looks !== false) asked.push(where);
      return Promise.resolve(asRead(o.records ?? [], subject));
    },
    append: (_, entry) => Promise.resolve(void appended.push(entry)),
    failures: (machine, ledger) => {
      failures.push([machine, ledger]);
      return Promise.resolve();
    },
    serving: () => Promise.reject(new Error('it has no edge')),
    registry: () => ({
      find: (_, reference) => Promise.resolve({ digest: hash(reference.slice(0, 1)), mediaType: '', size: 1 }),
      labels: () => Promise.resolve({ 'org.opencontainers.image.revision': 'c0ffee', 'sluice.tag': '1.4' }),
    }),
    files: () => [],
    repair: () => false,
    mark: () => Promise.reject(new Error('it is asked for none')),
    project: (where) => {
      asked.push(where);
      return Promise.resolve(now);
    },
  });
  if (pulumi.Output.isInstance(outputs['services'])) await valueOf(outputs['services']);
  await pulumi.runtime.disconnect();
  return { recorder, outputs, asked, appended, failures };
}
