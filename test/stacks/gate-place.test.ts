import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import type { Places } from '../../targets/places';
import { gatePlaceOf } from '../../stacks/gate-place';
import { isEnvironment } from '../../config/stack';
import type { PlatformAccess } from '../../stacks/platform-outputs';
import { record } from '../components/mocks';
import { parseProject } from '../errors/project';
import { teamOfFour } from './team-of-four';
import { access } from '../targets/store-home';

const login = { username: 'x-access-token', password: 'ghs_now' };
const platform = {
  instance: 'shop',
  registry: { kind: 'external', address: 'ghcr.io/example', url: 'https://ghcr.io', stepsUrl: 'https://ghcr.io' },
  registryLogins: { pull: login, push: login, delete: login },
  ledgers: access,
} as unknown as PlatformAccess;
const place = (host: string) => ({
  ssh: { host: 'stage.example.com', port: 22, user: 'deploy', hostKey: 'ssh-ed25519 A', password: 'x' },
  folder: '/usr/local/shop-stage',
  ports: { discounts: 8080 },
  tools: 'ghcr.io/example/sluice-deploy@sha256:1',
  registry: { host, username: 'x-access-token', password: 'ghs_then' },
});

/** Where production's gate asks about an upstream. */
async function asked(outputs: Record<string, unknown>): Promise<Places | undefined> {
  const production = parseProject(teamOfFour())
    .filter(isEnvironment)
    .find(({ name }) => name === 'production');
  assert.ok(production !== undefined);
  await record({ stack: 'production', references: { 'organization/sluice/stage': outputs } });
  const { secretFor } = await gatePlaceOf('production', production.config, platform, undefined);
  await pulumi.runtime.disconnect();
  return secretFor([]).places;
}

describe('gatePlaceOf', () => {
  it('asks a compose project upstream with the login of now: a job’s own token, with which it was deployed, has expired', async () => {
    const registry = { host: 'ghcr.io', ...login };
    assert.deepEqual(await asked({ place: place('ghcr.io') }), {
      upstream: { ...place('ghcr.io'), registry },
    });
  });

  it('takes nothing of this login to another registry', async () => {
    const other = place('harbor.example.com');
    assert.deepEqual(await asked({ place: other }), { upstream: other });
  });

  it('has no place for an upstream on the platform’s engine', async () => {
    assert.equal(await asked({ place: null }), undefined);
  });
});
