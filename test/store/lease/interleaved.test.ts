import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLong } from '../../long';
import type { Child } from './children';
import { shortTimes, World } from './world';

/** What a run may go through: most end well. */
const fates = ['turn', 'turn', 'turn', 'turn', 'turn and die', 'turn and sleep'] as const;

/** How many turns there are in all. */
const all = isLong ? 200 : 18;

/** What of a log of changes says that two had the lease at a time: each end comes directly after its own beginning. */
function overlaps(changes: readonly string[]): string[] {
  return changes.filter(
    (line, index) => line.startsWith('end ') && changes[index - 1] !== line.replace('end', 'begin'),
  );
}

describe('runs of two machines that are killed and suspended, and whose dates jump', function () {
  this.timeout(isLong ? 1_200_000 : 120_000);
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  afterEach(() => world.end());

  it('never have the lease at the same time', async () => {
    let left = all;
    const lost: string[] = [];

    /** One place of a machine from which runs are started, one after the other. */
    const place = async (name: string, elsewhere: boolean): Promise<void> => {
      let child: Child | undefined;
      for (let run = 0; left > 0; left--) {
        child ??= await world.child(`${name}${run++}`, shortTimes, { elsewhere, wildClock: run % 2 === 1 });
        const fate = fates[Math.floor(Math.random() * fates.length)] ?? 'turn';
        if (fate === 'turn and die') {
          const gone = new Promise((resolve) => child?.process.once('exit', resolve));
          child.tell(fate);
          await gone;
          child = undefined;
          continue;
        }
        const from = child.said.length;
        const answer = child.does(fate);
        if (fate === 'turn and sleep') {
          await Promise.race([child.says(/^suspended$/, from), answer]);
          // Sometimes it is woken before others lose patience.
          await sleep(100 + Math.random() * 3 * shortTimes.silence);
          child.process.kill('SIGCONT');
        }
        const said = await answer;
        if (said !== `done ${fate}`) lost.push(said);
      }
    };
    await Promise.all([place('a', false), place('b', false), place('c', true), place('d', true)]);

    const changes = world.changes();
    assert.deepEqual(overlaps(changes), []);
    assert.ok(changes.length >= all / 2);
    assert.deepEqual(
      lost.filter((said) => !said.startsWith('LeaseLost: ')),
      [],
    );
  });

  it('would be seen to have it at the same time', () => {
    assert.deepEqual(overlaps(['begin a', 'begin b', 'end a', 'end b']), ['end a', 'end b']);
    assert.deepEqual(overlaps(['begin a', 'begin b', 'end b']), []);
  });
});
