import assert from 'node:assert/strict';
import { RegistryClient } from '../../clients/registry/client';
import { candidateIn } from '../../stacks/channel-candidate';
import { FakeRegistry, indexType } from '../clients/registry/fake-registry';

describe('what a channel holds', () => {
  let registry: FakeRegistry;
  beforeEach(async () => void (registry = await FakeRegistry.start()));
  afterEach(() => registry.stop());

  it('is a release for this processor on this engine, and for whichever on another machine', async () => {
    const manifests = [
      {
        digest: registry.image('api', { 'org.opencontainers.image.revision': 'c0ffee' }),
        platform: { os: 'linux', architecture: 's390x' },
      },
    ];
    const digest = registry.put('api', { manifests }, indexType, 'dev');
    const client = new RegistryClient({ endpoint: registry.endpoint });
    const managed = [{ service: 'api', repository: 'api' }];
    await assert.rejects(
      candidateIn('dev', managed, client, 'localhost:5500'),
      /has no image for linux\/\w+, only for linux\/s390x/,
    );
    // Of what the channel does not hold nothing is said.
    const all = [...managed, { service: 'web', repository: 'web' }];
    assert.deepEqual(await candidateIn('dev', all, client, 'localhost:5500', 'any'), {
      api: { service: 'api', image: 'localhost:5500/api', digest, revision: 'c0ffee' },
    });
  });
});
