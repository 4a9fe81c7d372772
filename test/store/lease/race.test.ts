import { strict as assert } from 'node:assert';
import { isLong } from '../../long';
import { patientTimes, World } from './world';

describe('runs that want the same lease at the same moment', function () {
  this.timeout(isLong ? 600_000 : 60_000);
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.end());

  it('have it one after the other', async () => {
    const turns = isLong ? 20 : 5;
    const names = ['a', 'b', 'c'];
    const runs = await Promise.all(names.map((name) => world.child(name, patientTimes, { turns })));
    assert.deepEqual(
      await Promise.all(runs.map((run) => run.does('race'))),
      names.map(() => 'done race'),
    );
    const changes = world.changes();
    assert.equal(changes.length, 2 * turns * names.length);
    for (let index = 0; index < changes.length; index += 2) {
      assert.equal(changes[index + 1], changes[index]?.replace('begin', 'end'));
    }
  });

  it('take over a dead holder one after the other', async () => {
    for (let round = 0; round < (isLong ? 20 : 3); round++) {
      const dead = await world.child(`dead ${round}`, patientTimes);
      await dead.does('take');
      await dead.end('SIGKILL');
      const before = world.changes().length;
      const runs = await Promise.all(['a', 'b'].map((name) => world.child(name, patientTimes)));
      await Promise.all(runs.map((run) => run.does('race')));
      const changes = world.changes().slice(before);
      assert.equal(changes.length, 4);
      assert.deepEqual(
        [changes[1], changes[3]],
        [changes[0]?.replace('begin', 'end'), changes[2]?.replace('begin', 'end')],
      );
      await Promise.all(runs.map((run) => run.end()));
    }
  });
});
