import assert from 'node:assert/strict';
import { RegistryClient } from '../../../clients/registry/client';
import { UserError } from '../../../base/errors';
import { runChannel } from '../../../pipelines/steps/channel';
import { FakeRegistry } from '../../clients/registry/fake-registry';
import { environment } from './recording';

describe('step channel', () => {
  let registry: FakeRegistry;
  let client: RegistryClient;
  beforeEach(async () => {
    registry = await FakeRegistry.start();
    client = new RegistryClient({ endpoint: registry.endpoint });
  });
  afterEach(() => registry.stop());

  const move = async (digest: string | undefined, ...channels: string[]) => {
    const log: string[] = [];
    const env = { ...environment, SLUICE_RELEASE_DIGEST: digest };
    await runChannel(channels, env, { say: (line) => void log.push(line) }, client);
    return log;
  };

  it("moves channels to this pipeline's release, back to an older one too, and does nothing the second time", async () => {
    const older = registry.image('discounts', { a: 'older' }, 'one');
    registry.image('discounts', { a: 'newer' }, 'stage');
    assert.deepEqual(await move(older, 'stage', 'pilot'), [`Channel stage: ${older}`, `Channel pilot: ${older}`]);
    assert.deepEqual([registry.tags.get('discounts:stage'), registry.tags.get('discounts:pilot')], [older, older]);
    assert.deepEqual(await move(older, 'stage'), ['Channel stage: is there already']);
  });

  it('moves nothing without a release, to a text that is none, and to one that the registry does not have', async () => {
    const stage = registry.image('discounts', {}, 'stage');
    for (const digest of [undefined, '', 'latest', `sha256:${'0'.repeat(64)}`]) {
      await assert.rejects(move(digest, 'stage'), UserError, digest);
    }
    assert.equal(registry.tags.get('discounts:stage'), stage);
  });
});
