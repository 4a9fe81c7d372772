import assert from 'node:assert/strict';
import type { LedgerRecord } from '../../releases/ledger';
import {
  asNamedBefore,
  isFirstInPart,
  joiningOf,
  mayHaveFormerName,
  offerOf,
  withoutReleaseIn,
} from '../../releases/offer';
import { onRecord, releasesIn } from '../../releases/on-record';
import type { Candidate, Release } from '../../releases/types';
import { again, candidate, cutover, gate, rollback, verdict } from './fixtures';

const release = (service: string, character: string): Release => ({
  ...(candidate(character)['discounts'] as Release),
  service,
});
const of = (releases: Readonly<Record<string, string>>): Candidate =>
  Object.fromEntries(Object.entries(releases).map(([service, character]) => [service, release(service, character)]));
const two = { api: { repository: 'api' }, web: { repository: 'web' } };

describe('what an environment is offered', () => {
  it('is what its channel or its upstream has, as far as it runs that', () => {
    const offered = of({ api: 'a', web: 'b', more: 'c' });
    assert.deepEqual(offerOf(two, offered, {}), { candidate: of({ api: 'a', web: 'b' }), withoutRelease: [] });
    assert.deepEqual(offerOf({}, of({ api: 'a' }), {}), { candidate: {}, withoutRelease: [] });
  });

  it('is nothing while there is nothing new of any service', () => {
    for (const runs of [{}, of({ api: 'a', web: 'b' })]) {
      assert.equal(offerOf(two, undefined, runs).candidate, undefined);
      assert.equal(offerOf(two, of({ more: 'c' }), runs).candidate, undefined);
    }
    assert.equal(offerOf({}, undefined, {}).candidate, undefined);
  });

  it('leaves out what has never had a release', () => {
    assert.deepEqual(offerOf(two, of({ api: 'a' }), {}), { candidate: of({ api: 'a' }), withoutRelease: ['web'] });
    assert.deepEqual(withoutReleaseIn(two, of({ web: 'a' })), ['api']);
  });

  it('keeps what runs of a service that has vanished', () => {
    assert.deepEqual(offerOf(two, of({ api: 'b' }), of({ api: 'a', web: 'c' })), {
      candidate: of({ api: 'b', web: 'c' }),
      withoutRelease: [],
    });
  });

  it('leaves out what waits for one without a release, and goes on with what runs', () => {
    const services = {
      api: { repository: 'api' },
      web: { repository: 'web', dependsOn: { api: 'healthy' } },
      proxy: { dependsOn: { web: 'started' } },
      db: { dependsOn: {} },
      other: { repository: 'other' },
    };
    const offered = of({ web: 'b', other: 'c' });
    assert.deepEqual(offerOf(services, offered, {}), {
      candidate: of({ other: 'c' }),
      withoutRelease: ['api', 'web', 'proxy'],
    });
    assert.deepEqual(offerOf(services, offered, of({ web: 'a' })), {
      candidate: of({ web: 'b', other: 'c' }),
      withoutRelease: ['api'],
    });
  });
});

describe('what the platform builds', () => {
  const services = { api: { repository: 'api' }, shop: { build: 'shop' }, db: {} };
  const [whole, former] = [of({ api: 'b', shop: 'f' }), of({ api: 'b' })];
  const runs = of({ api: 'a', shop: 'f' });
  const last = cutover(of({ api: 'a' }));
  const named = (records: LedgerRecord[], candidate = whole, onRecord: Candidate = runs) =>
    asNamedBefore(services, candidate, onRecord, records, 'production');

  it('is part of a candidate, and an image from elsewhere is none', () => {
    assert.deepEqual(joiningOf(services), ['api', 'shop']);
    assert.deepEqual(offerOf(services, { ...whole, ...of({ db: 'd' }) }, {}).candidate, whole);
  });

  it('is left out of a name by which an older version knew the candidate', () => {
    assert.deepEqual(named([last, verdict(former, gate('/'), 'refused')]), former);
    assert.deepEqual(named([last, rollback(of({ api: 'a' }), former)]), former);
    assert.deepEqual(named([last], of({ api: 'a', shop: 'f' })), of({ api: 'a' }));
  });

  it('is part of every name once one of several builds is, or is another', () => {
    const both = { ...services, blog: { build: 'blog' } };
    const name = (records: LedgerRecord[], candidate: Candidate) =>
      asNamedBefore(both, candidate, of({ api: 'a', shop: 'f', blog: 'f' }), records, 'production');
    const same = of({ api: 'a', shop: 'f', blog: 'f' });
    assert.deepEqual(name([last], same), of({ api: 'a' }));
    const records = [last, cutover(of({ api: 'a', shop: 'f' }))];
    assert.deepEqual(name(records, same), same);
    const other = of({ api: 'a', shop: 'f', blog: 'g' });
    assert.deepEqual(name([last], other), other);
  });

  it('may have a former name only where a build is missing of what runs', () => {
    assert.equal(mayHaveFormerName(services, undefined), false);
    assert.equal(mayHaveFormerName(services, former), true);
    assert.equal(mayHaveFormerName(services, whole), false);
    assert.equal(mayHaveFormerName({ api: { repository: 'api' } }, former), false);
    // Then no record says anything else.
    const full = cutover(of({ api: 'a', shop: 'f' }));
    assert.deepEqual(named([full, verdict(former, gate('/'), 'refused')]), named([full]));
    assert.deepEqual(named([full, verdict(former, gate('/'), 'refused')], former), former);
  });

  it('is part of every other name', () => {
    assert.deepEqual(named([last]), whole);
    assert.deepEqual(named([verdict(former, gate('/'), 'refused')]), whole);
    assert.deepEqual(named([last, { ...verdict(former, gate('/'), 'refused'), environment: 'pilot' }]), whole);
    assert.deepEqual(named([last, rollback(of({ api: 'a' }), null)]), whole);
    // Another build than the one that runs, or none that is known to run.
    const known = [last, verdict(former, gate('/'), 'refused')];
    assert.deepEqual(named(known, of({ api: 'b', shop: 'g' })), of({ api: 'b', shop: 'g' }));
    assert.deepEqual(named(known, whole, of({ api: 'a' })), whole);
    // Once an environment has taken one by its full name.
    assert.deepEqual(named([verdict(former, gate('/'), 'refused'), cutover(of({ api: 'a', shop: 'f' }))]), whole);
  });
});

describe('the first candidate of an environment behind a gate', () => {
  const part = offerOf(two, of({ api: 'a' }), {});

  it('is whole, unless somebody wants a part', () => {
    assert.equal(isFirstInPart(part, {}, [], 'production'), true);
    assert.equal(isFirstInPart(part, {}, [again(of({ api: 'b' }))], 'production'), true);
    assert.equal(isFirstInPart(part, {}, [again(of({ api: 'a' }))], 'production'), false);
  });

  it('may be in part once something runs', () => {
    assert.equal(isFirstInPart(part, of({ db: 'd' }), [], 'production'), false);
    assert.equal(isFirstInPart(offerOf(two, of({ api: 'a', web: 'b' }), {}), {}, [], 'production'), false);
    assert.equal(isFirstInPart(offerOf(two, undefined, {}), {}, [], 'production'), false);
  });
});

describe('what an environment runs, on record', () => {
  const services = {
    api: { url: '', image: 'r/api', digest: 'sha256:1', revision: 'c0ffee', message: 'A', container: 'c' },
    db: { url: '', image: 'db', digest: 'sha256:2', revision: '' },
  };

  it('is what its ledger says, then its outputs', () => {
    const published = {
      api: { service: 'api', image: 'r/api', digest: 'sha256:1', revision: 'c0ffee', message: 'A' },
      db: { service: 'db', image: 'db', digest: 'sha256:2', revision: '' },
    };
    assert.deepEqual(releasesIn({ services }), published);
    const deployed = { candidate: of({ api: 'a' }) };
    assert.deepEqual(releasesIn({ services, deployed }), { ...published, ...of({ api: 'a' }) });
    assert.deepEqual(onRecord(of({ api: 'b' }), { services, deployed }), { ...published, ...of({ api: 'b' }) });
    assert.deepEqual(onRecord(undefined, { services: null, deployed: null }), {});
  });
});
