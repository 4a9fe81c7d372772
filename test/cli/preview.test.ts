import type { EngineEvent } from '@pulumi/pulumi/automation';
import * as assert from 'node:assert/strict';
import { changeLines, releasesIn, renewedIn } from '../../cli/preview/services';

const old = `sha256:${'11'.repeat(32)}`;
const next = `sha256:${'22'.repeat(32)}`;

function container(op: string, service: string, digest: string, image?: string, diffs?: string[]): EngineEvent {
  const inputs = {
    image,
    labels: [
      { label: 'sluice.service', value: service },
      { label: 'sluice.digest', value: digest },
    ],
  };
  const metadata = { op, type: 'docker:index/container:Container', urn: 'u', provider: '', new: { inputs }, diffs };
  return { sequence: 0, timestamp: 0, resourcePreEvent: { metadata } } as unknown as EngineEvent;
}

describe('preview of services', () => {
  it('reads the planned releases, not those that go', () => {
    const events = [
      container('create', 'discounts', next, `localhost:5500/shop/discounts@${next}`),
      container('same', 'frontend', old),
      container('delete', 'discounts', old),
    ];
    assert.deepEqual(releasesIn(events), {
      discounts: { digest: next, repository: 'shop/discounts' },
      frontend: { digest: old, repository: 'frontend' },
    });
  });

  it('tells which services get another container for their settings alone', async () => {
    const events = [
      container('create', 'discounts', old),
      container('same', 'frontend', old),
      container('delete', 'gone', old),
      container('replace', 'db', old, undefined, ['envs', 'image']),
      // What its gate has not named yet.
      container('replace', 'waits', old, undefined, ['image']),
    ];
    const renewed = renewedIn(events);
    assert.deepEqual([...renewed], ['discounts', 'db']);
    const running = { url: '', image: '', digest: old, revision: '' };
    const planned = { digest: old, repository: 'discounts' };
    const lines = await changeLines({ discounts: running }, { discounts: planned }, () => Promise.resolve({}), renewed);
    assert.deepEqual(lines, ['  discounts  sha256:111111111111 (stays, with other settings, which no pass is of)']);
  });

  it('is one line per service: old → new digest, commit, message', async () => {
    const running = (digest: string) => ({ url: '', image: '', digest, revision: '' });
    const lines = await changeLines(
      { discounts: running(old), frontend: running(old), gone: running(old) },
      {
        discounts: { digest: next, repository: 'discounts' },
        frontend: { digest: old, repository: 'frontend' },
        fresh: { digest: next, repository: 'fresh' },
      },
      (repository) =>
        repository === 'discounts'
          ? Promise.resolve({ revision: 'c0ffee0000', message: 'Cheaper' })
          : Promise.reject(new Error('registry is away')),
    );
    assert.deepEqual(lines, [
      '  discounts  sha256:111111111111 → sha256:222222222222  c0ffee00  "Cheaper"',
      '  fresh      nothing → sha256:222222222222',
      '  frontend   sha256:111111111111 (stays)',
      '  gone       sha256:111111111111 → removed',
    ]);
  });
});
