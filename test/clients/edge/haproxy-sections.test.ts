import assert from 'node:assert/strict';
import { droneFrontConfig } from '../../../clients/edge/drone-front';
import { gatewayConfig } from '../../../clients/edge/gateway';
import { haproxyConfig } from '../../../clients/edge/haproxy';
import { registryFrontConfig } from '../../../clients/edge/registry-front';

/** Names of a configuration's sections. */
function sections(config: string): string[] {
  return [...config.matchAll(/^(?:frontend|backend|listen|resolvers) (\S+)$/gm)].map(([, name = '']) => name);
}

const configs: Record<string, string> = {
  // Services of any name that config allows.
  ...Object.fromEntries(
    ['engine', 'edge', 'a'].map((name) => [
      `the edge of ${name}`,
      haproxyConfig({ name, innerPort: 3000, requestSeconds: 1, idleSeconds: 1 }),
    ]),
  ),
  "Drone's front": droneFrontConfig({
    drone: 'sluice-drone',
    gitHost: 'sluice-git:3000',
    gitHostForDrone: 'http://sluice-drone-front:3000',
    gitHostForPeople: 'http://localhost:3000',
    reusesTokenNames: true,
  }),
  gateway: gatewayConfig({
    registryAddress: 'localhost:5500',
    gitHost: 'sluice-git:3000',
    gitLogin: 'sluice-bot:s3cret',
    gitReader: 'maintainer:s3cret',
    pushRecord: ['activities/feeds', 'commits', 'pulls', 'pulls/[0-9]+/commits'],
    owner: 'sluice',
    drone: 'sluice-drone:80',
    registry: 'r:5000',
  }),
  "the registry's front": registryFrontConfig({
    store: 'sluice-registry-store:5000',
    accounts: { pull: 'sluice-pull', push: 'sluice-push', delete: 'sluice-delete' },
  }),
};

describe('every configuration of HAProxy', () => {
  // HAProxy 3.2 refuses a backend with the name of its resolvers and warns of one with a frontend's; 3.3 refuses both.
  for (const [what, config] of Object.entries(configs))
    it(`${what}: has no two sections of one name`, () => {
      const names = sections(config);
      assert.ok(names.length >= 3);
      assert.deepEqual([...new Set(names)], names);
    });
});
