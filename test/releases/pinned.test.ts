import assert from 'node:assert/strict';
import { heldBack, pinnedIn, untestedThatRuns } from '../../releases/pinned';
import type { Candidate } from '../../releases/types';

const pins = (releases: Readonly<Record<string, string>>): Candidate =>
  Object.fromEntries(
    Object.entries(releases).map(([service, digest]) => [service, { service, image: service, digest, revision: '' }]),
  );

describe('images that an environment pins itself', () => {
  const [db] = Object.values(pins({ db: '1' }));

  it('are part of a pass where upstream serves the same', () => {
    assert.deepEqual(pinnedIn(pins({ db: '1' }), { db: '1' }, {}, []), [
      { release: db, how: 'tested', upstream: '1', isNew: true },
    ]);
    // Named without need.
    assert.equal(pinnedIn(pins({ db: '1' }), { db: '1' }, {}, ['db'])[0]?.how, 'tested');
  });

  it('are untested where it serves another or none, unless configuration names them', () => {
    assert.deepEqual(pinnedIn(pins({ db: '1' }), { db: '2' }, {}, ['other']), [
      { release: db, how: 'untested', upstream: '2', isNew: true },
    ]);
    assert.deepEqual(pinnedIn(pins({ db: '1' }), { other: '1' }, {}, ['db']), [
      { release: db, how: 'named', upstream: undefined, isNew: true },
    ]);
  });

  it('are new unless they run', () => {
    const isNew = (runs: Candidate) => pinnedIn(pins({ db: '1' }), {}, runs, [])[0]?.isNew;
    assert.equal(isNew(pins({ db: '1' })), false);
    assert.equal(isNew(pins({ db: '2' })), true);
    assert.equal(isNew(pins({ other: '1' })), true);
  });

  it('wait for a pass when they are new, unless configuration lets them go without', () => {
    const all = pinnedIn(
      pins({ tested: '1', named: '1', untested: '1', runs: '1' }),
      { tested: '1' },
      pins({ runs: '1' }),
      ['named'],
    );
    assert.deepEqual(heldBack(all), ['tested', 'untested']);
  });

  it('are told as untested while they run', () => {
    const all = pinnedIn(
      pins({ tested: '1', named: '1', other: '1', fresh: '1' }),
      { tested: '1' },
      pins({ tested: '1', named: '1', other: '1' }),
      ['named'],
    );
    assert.deepEqual(untestedThatRuns(all), ['named', 'other']);
  });
});
