import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  candidateKey,
  canonicalJson,
  gateHash,
  releaseName,
  repositoryOf,
  shortDigest,
  shortHash,
} from '../../releases/names';
import type { Release } from '../../releases/types';

const digest = `sha256:${'3f'.repeat(32)}`;
const release = (over: Partial<Release> = {}): Release => ({
  service: 'discounts',
  image: 'localhost:5500/discounts',
  digest,
  revision: 'c0ffee',
  ...over,
});

describe('canonicalJson', () => {
  it('does not depend on the order in which keys were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        assert.equal(canonicalJson(reversed), canonicalJson(value));
      }),
    );
  });

  it('keeps the order of lists', () => {
    assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
  });
});

describe('releaseName', () => {
  it('is the service with twelve digits', () => {
    assert.match(releaseName('discounts', digest, { memory: 256 }), /^discounts-[0-9a-f]{12}$/);
  });

  it('differs for another digest and for any other setting', () => {
    const name = releaseName('discounts', digest, { memory: 256, env: { A: '1' } });
    assert.notEqual(name, releaseName('discounts', `sha256:${'00'.repeat(32)}`, { memory: 256, env: { A: '1' } }));
    assert.notEqual(name, releaseName('discounts', digest, { memory: 257, env: { A: '1' } }));
    assert.notEqual(name, releaseName('discounts', digest, { memory: 256, env: { A: '2' } }));
  });
});

describe('candidateKey', () => {
  it('is about digests, not about commits or where the image lies', () => {
    assert.equal(
      candidateKey({ discounts: release() }),
      candidateKey({ discounts: release({ revision: 'other', image: 'elsewhere/discounts', message: 'x' }) }),
    );
    assert.notEqual(
      candidateKey({ discounts: release() }),
      candidateKey({ discounts: release({ digest: `sha256:${'00'.repeat(32)}` }) }),
    );
  });

  it('tells which service has which digest', () => {
    const other = `sha256:${'11'.repeat(32)}`;
    assert.notEqual(
      candidateKey({ a: release({ service: 'a' }), b: release({ service: 'b', digest: other }) }),
      candidateKey({ a: release({ service: 'a', digest: other }), b: release({ service: 'b' }) }),
    );
  });
});

describe('gateHash', () => {
  it('changes with any setting of any check', () => {
    const check = { name: 'shop', type: 'http' as const, settings: { path: '/' }, timeLimitSeconds: 30 };
    const hash = gateHash({ checks: [check] });
    assert.notEqual(hash, gateHash({ checks: [{ ...check, settings: { path: '/health' } }] }));
    assert.notEqual(hash, gateHash({ checks: [{ ...check, timeLimitSeconds: 31 }] }));
    assert.notEqual(hash, gateHash({ checks: [] }));
  });
});

describe('short forms', () => {
  it('cut after twelve digits', () => {
    assert.equal(shortDigest(digest), 'sha256:3f3f3f3f3f3f');
    assert.equal(shortHash({ a: 1 }).length, 12);
  });
});

describe('repositoryOf', () => {
  it('is what the registry calls an image: no address, no digest', () => {
    assert.equal(repositoryOf('localhost:5500/discounts'), 'discounts');
    assert.equal(repositoryOf(`localhost:5500/shop/discounts@${digest}`), 'shop/discounts');
  });
});
