import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ancestorsLabel,
  candidateKey,
  canonicalJson,
  checksHash,
  dataVolume,
  gateHash,
  releaseName,
  releaseOf,
  repositoryOf,
  retestName,
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

describe('the resource of a second test', () => {
  it('has the name by which states know it', () => {
    assert.equal(retestName, 'retest');
  });
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

  it('has the keys of every object in the order of their letters, and none without a value', () => {
    const value = { b: 1, a: { d: null, c: [{ f: 'x', e: undefined, Z: true }] }, B: undefined };
    assert.equal(canonicalJson(value), '{"a":{"c":[{"Z":true,"f":"x"}],"d":null},"b":1}');
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
  const check = { name: 'shop', type: 'http' as const, settings: { path: '/' }, timeLimitSeconds: 30 };
  const approval = { expiresHours: 72, approvers: ['drone:ann'] };

  it('changes with any setting of any check', () => {
    const hash = gateHash({ checks: [check] });
    assert.notEqual(hash, gateHash({ checks: [{ ...check, settings: { path: '/health' } }] }));
    assert.notEqual(hash, gateHash({ checks: [{ ...check, timeLimitSeconds: 31 }] }));
    assert.notEqual(hash, gateHash({ checks: [] }));
  });

  // They are triggers in states: with others an update of Sluice would replace every promotion. Computed with sha256sum.
  it('is what states of older versions have it to be', () => {
    assert.equal(gateHash({ checks: [check] }), '7c4112dbc5ce');
    assert.equal(gateHash({ checks: [check], approval }), '51498aa6ceac');
    assert.equal(checksHash({ checks: [check] }), '9980e0dac36c');
  });

  it('tells of an approval only whether one is asked for', () => {
    const hash = gateHash({ checks: [check], approval });
    assert.notEqual(hash, gateHash({ checks: [check] }));
    assert.equal(hash, gateHash({ checks: [check], approval: { expiresHours: 1, approvers: [], fourEyes: true } }));
  });

  it('of the checks alone is the same whatever else the gate asks for', () => {
    const asking = { checks: [check], approval };
    assert.equal(checksHash(asking), checksHash({ checks: [check] }));
    assert.notEqual(checksHash(asking), checksHash({ checks: [{ ...check, name: 'other' }] }));
  });
});

describe('dataVolume', () => {
  it('is told apart by installation and environment', () => {
    assert.equal(dataVolume('shop', 'staging', 'entries'), 'shop-staging-entries');
  });
});

describe('releaseOf', () => {
  const image = { service: 'discounts', image: 'localhost:5500/discounts', digest };

  it('has the commit, its message and the tag that the image was built under', () => {
    const labels = {
      'org.opencontainers.image.revision': 'c0ffee',
      'sluice.commit.message': 'A discount for spring',
      'sluice.tag': '1.4',
      maintainer: 'ann',
    };
    assert.deepEqual(releaseOf(image, labels), release({ message: 'A discount for spring', tag: '1.4' }));
  });

  it('has no message and no tag, and an empty commit, of an image that does not say', () => {
    assert.deepEqual(releaseOf(image, {}), release({ revision: '' }));
  });
});

describe('labels of an image', () => {
  it('are called as in images that are built already', () => {
    assert.equal(ancestorsLabel, 'sluice.commit.ancestors');
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

  it('is the same of an image on Docker Hub, which is written without an address', () => {
    assert.equal(repositoryOf('discounts'), 'discounts');
    assert.equal(repositoryOf(`shop/discounts@${digest}`), 'shop/discounts');
    assert.equal(repositoryOf('shop/discounts.api'), 'shop/discounts.api');
  });

  it('takes for an address what has a dot or a port, and localhost', () => {
    assert.equal(repositoryOf('registry.example.com/shop/discounts'), 'shop/discounts');
    assert.equal(repositoryOf('registry:5000/discounts'), 'discounts');
    assert.equal(repositoryOf('localhost/discounts'), 'discounts');
    assert.equal(repositoryOf('localhosts/discounts'), 'localhosts/discounts');
    assert.equal(repositoryOf('mylocalhost/discounts'), 'mylocalhost/discounts');
  });
});
