import * as assert from 'node:assert/strict';
import type { DroneBuild } from '../../clients/drone/client';
import { findLast } from '../../releases/ledger';
import { tokenOfPeople } from './attacks/drone-as';
import { theRelease } from './engine';
import { setConfig } from './isolate';
import { hideActivity, makePeople, promote, type Person } from './people';
import { buildOf, changes, dataFile, logOf } from './shop';
import { theWorld, type World } from './world';
import { recordsOf } from './ledgers';

describe('10: SelfApproval: nobody approves what he has pushed', function () {
  this.timeout(12 * 60_000);
  let world: World;
  let ann: Person;
  let bob: Person;

  const configure = async (settings: Record<string, unknown>): Promise<void> => {
    setConfig(world.clone, 'production', settings);
    // The platform, too: its pipelines know who is asked.
    const { code, all } = await world.run('up', 'platform', 'staging', 'production');
    assert.equal(code, 0, all);
  };
  before(async () => {
    world = await theWorld();
    await configure({ approval: 'required', fourEyes: true });
    [ann, bob] = (await makePeople(world, ['ann', 'bob'])) as [Person, Person];
  });
  after(() => configure({ approval: 'none', fourEyes: false }));

  const running = async (): Promise<{ id: string; revision: string | undefined }> => {
    const { Id: id, Config: config } = await theRelease('production', 'discounts');
    return { id, revision: config.Labels?.['org.opencontainers.image.revision'] };
  };
  /** Pushes a good change, all by the same author; it gets as far as staging. */
  const push = async ({ checkout }: Person, title: string): Promise<DroneBuild> => {
    await checkout.git('pull', '--quiet', '--ff-only');
    return waits(await checkout.push(dataFile, changes.title(title), title));
  };
  const waits = async (commit: string): Promise<DroneBuild> => {
    const build = await buildOf(world, commit);
    const log = await logOf(world, build);
    assert.equal(build.status, 'success', log);
    assert.match(log, /production waits for an approval:/);
    return build;
  };
  /** Each is told why, nothing is recorded, and production keeps its container. */
  const refusedTo = async (people: readonly Person[], { number }: DroneBuild): Promise<void> => {
    const [before, said] = [await running(), (await recordsOf(world, 'production')).length];
    for (const { name, token } of people) {
      const build = await promote(world, number, token);
      const log = await logOf(world, build);
      assert.equal(build.status, 'failure', log);
      assert.match(log, new RegExp(`error: drone:${name} has pushed some of what production is offered`));
    }
    assert.equal((await recordsOf(world, 'production')).length, said);
    assert.deepEqual(await running(), before);
  };

  it('not what he has pushed alone', async () => {
    await refusedTo([ann], await push(ann, 'Pushed by ann'));
  });

  it('nor with a colleague’s push on top: neither of them; a third person does', async () => {
    const build = await push(bob, 'Pushed by bob');
    await refusedTo([ann, bob], build);
    const promoted = await promote(world, build.number, (await tokenOfPeople(world)).token);
    assert.equal(promoted.status, 'success', await logOf(world, promoted));
    assert.equal((await running()).revision, build.after);
    const said = findLast(await recordsOf(world, 'production'), 'approval', 'production');
    assert.deepEqual(said?.pushers, ['drone:ann', 'drone:bob']);
  });

  it('nor what he has pushed to a branch that a colleague merges, hidden or not; without fourEyes he does', async () => {
    await hideActivity(world, ann);
    const theirs = ann.checkout;
    await theirs.git('pull', '--quiet', '--ff-only');
    await theirs.git('checkout', '--quiet', '-b', 'feature');
    await theirs.git('commit', '--quiet', '--allow-empty', '--message', 'Ready to be merged');
    await theirs.git('push', '--quiet', 'origin', 'feature');
    await bob.checkout.git('pull', '--quiet', '--ff-only');
    await bob.checkout.git('merge', '--quiet', '--no-ff', '--message', 'Merge feature', 'origin/feature');
    const build = await push(bob, 'Merged by bob');
    await refusedTo([ann], build);

    await configure({ fourEyes: false });
    const promoted = await promote(world, build.number, ann.token);
    assert.equal(promoted.status, 'success', await logOf(world, promoted));
    assert.equal((await running()).revision, build.after);
  });
});
