import { Environment, type EnvironmentArgs } from '../../components/environment';
import type { ServiceSettings } from '../../config/schema/service';
import { releaseName } from '../../releases/names';
import type { EnvironmentWatch } from '../../releases/watch';
import { watchSettings } from '../releases/fixtures';
import { access } from '../targets/store-home';
import { record, valueOf } from './mocks';
import { ulimits } from './platform-args';

export const digest = `sha256:${'3f2a91c0d4e5'.repeat(5)}3f2a`;
export const settings: ServiceSettings = {
  containerPort: 8080,
  env: { DISCOUNTS_URL: 'http://discounts' },
  memory: 256,
  healthySeconds: 60,
  stopGraceSeconds: 20,
  readOnly: true,
  volumes: {},
  strategy: 'start-first',
};
export const watch: EnvironmentWatch = { ...watchSettings, seconds: 15, checks: [] };
export const candidate = {
  discounts: { service: 'discounts', image: 'localhost:5500/discounts', digest, revision: 'c0ffee' },
};

/** The service that most tests look at. */
export const discounts = (over: Partial<ServiceSettings> = {}): EnvironmentArgs['services'][number] => ({
  name: 'discounts',
  digest,
  image: `localhost:5500/discounts@${digest}`,
  port: 8181,
  settings: { ...settings, ...over },
});

export async function declare(services: EnvironmentArgs['services'] = [discounts()]) {
  const recorder = await record({ stdout: { cutover: { candidate, containers: { discounts: 'c' } } } });
  const environment = new Environment('staging', {
    instance: 'sluice',
    bind: '127.0.0.1',
    site: { edgeImage: 'haproxy:3.2.1-alpine' },
    ledger: access,
    gated: false,
    candidate,
    services,
    watch,
    drainSeconds: 30,
  });
  await valueOf(environment.deployed);
  return { recorder, environment };
}

export const label = (role: string) => [
  { label: 'sluice.instance', value: 'sluice' },
  { label: 'sluice.stack', value: 'staging' },
  { label: 'sluice.role', value: role },
];
export const hardening = {
  cpuShares: 2048,
  ulimits,
  capabilities: { drops: ['ALL'] },
  securityOpts: ['no-new-privileges:true'],
  restart: 'always',
  logDriver: 'json-file',
  logOpts: { 'max-size': '10m', 'max-file': '3' },
};
export const edged = { name: 'discounts', innerPort: undefined, requestSeconds: 3600, idleSeconds: 3600 };
export const name = releaseName('discounts', digest, settings);
