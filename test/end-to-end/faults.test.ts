import * as assert from 'node:assert/strict';
import { docker } from '../../clients/docker/docker';
import { until } from './engine';
import { deliverKilled, digestOf, newRelease, succeeds, type Kill } from './faults/deliveries';
import { killFromOutside } from './faults/from-outside';
import { updateMeeting, type Boundary } from './faults/killed-update';
import { bringUpKilled, withNewEnvironment } from './faults/new-environment';
import { assertDelivered, pushTitle, stepContainer, stepRuns } from './faults/pipelines';
import { FaultTable, surviving } from '../faults/table';
import { isLong, long } from '../long';
import { assertWhole, servedBy } from './faults/whole';
import { ports, prefix } from './isolate';
import { buildOf } from './shop';
import { theWorld, type World } from './world';

describe('10: killed anywhere', function () {
  this.timeout((isLong ? 120 : 12) * 60_000);
  let world: World;
  const table = new FaultTable(() => `http://localhost:${ports.production.discounts}`);
  before(async () => {
    world = await theWorld();
  });
  after(() => void process.stdout.write(`\n${table.toString()}\n\n`));

  const at =
    (type: string, name: RegExp) =>
    ({ pending }: Boundary): boolean =>
      pending.some((operation) => operation.type === type && name.test(`${operation.kind} ${operation.name}`));
  const cuttingOver = at('creating', / cutover$/);

  describe('an update', () => {
    const points: Record<string, Kill & { tell: typeof long }> = {
      'when its release is made': {
        tell: it,
        stack: 'staging',
        isTime: at('creating', /^docker:Container discounts-/),
      },
      'when the former release is removed': {
        tell: long,
        stack: 'staging',
        isTime: at('deleting', /^docker:Container discounts-/),
      },
      // In the short form, the gate is killed in theme 6.
      'in the gate': { tell: long, stack: 'production', isTime: at('creating', / promotion$/), later: 3000 },
      'in the cutover': { tell: it, stack: 'production', isTime: cuttingOver, later: 3000 },
    };
    for (const [where, { tell, ...kill }] of Object.entries(points)) {
      tell(`of ${kill.stack}, killed ${where}, is ended by npm run up`, async () => {
        assert.ok(await deliverKilled(world, table, kill), 'the update got through before');
      });
    }

    for (const stack of ['staging', 'production'] as const) {
      long(`of ${stack}, killed after each write of its state, is ended by npm run up`, async () => {
        let writes = 1;
        while (await deliverKilled(world, table, { stack, isTime: (boundary) => boundary.writes === writes })) writes++;
        assert.ok(writes > 12, `it got through after ${writes} kills`);
      });
    }
  });

  long('the first update of an environment, killed after every third write of its state, is ended by npm run up', () =>
    withNewEnvironment(world, async () => {
      let writes = 1;
      while (await bringUpKilled(world, table, writes)) writes += 3;
      assert.ok(writes > 12, `it got through after ${writes} writes`);
    }),
  );

  describe('the edge', () => {
    const edge = `${prefix}-production-edge-discounts`;

    it('killed while it serves, comes back with its route by itself', () =>
      table.attempt(async (people) => {
        const before = { staging: await digestOf('staging'), production: await digestOf('production') };
        await people.outage(() => killFromOutside(edge));
        return surviving('edge killed while it serves', () => assertWhole(world, before));
      }));

    long('killed in a cutover: what can no longer be watched goes back, and is taken at somebody’s word', () =>
      table.attempt(async (people) => {
        const digest = await newRelease(world);
        await succeeds(world, 'staging');
        const { at: met } = await updateMeeting(world, 'production', cuttingOver, async () => {
          await until(async () => ((await servedBy('production')) === digest ? true : undefined));
          await people.outage(() => killFromOutside(edge));
        });
        assert.ok(met !== undefined, 'the update got through before');
        return surviving('edge killed in a cutover', async () => {
          const again = await world.run('promote', 'production', '--again');
          assert.equal(again.code, 0, again.all);
          await assertWhole(world, { staging: digest, production: digest });
        });
      }),
    );
  });

  describe('Drone', () => {
    for (const [part, container] of [
      ['runner', `${prefix}-runner`],
      ['server', `${prefix}-drone`],
    ] as const) {
      long(`its ${part} killed in mid-build: npm run up has what was pushed delivered`, () =>
        table.attempt(async () => {
          const { title, commit } = await pushTitle(world);
          await stepRuns(world, commit, 'build');
          await killFromOutside(container);
          return surviving(`Drone's ${part} killed in mid-build`, async () => {
            await succeeds(world);
            await assertDelivered(world, title);
          });
        }),
      );
    }

    long('a step that deploys killed: the next push is delivered', () =>
      table.attempt(async () => {
        const broken = await pushTitle(world);
        const build = await stepRuns(world, broken.commit, 'deploy production');
        await until(() => Promise.resolve(world.pending('production').length > 0 ? true : undefined));
        await killFromOutside(await stepContainer(build));
        return surviving('step that deploys killed', async () => {
          const { title, commit } = await pushTitle(world);
          assert.equal((await buildOf(world, commit)).status, 'success');
          await assertDelivered(world, title);
        });
      }),
    );
  });

  describe('the platform', () => {
    for (const [what, container, tell] of [
      ['registry', `${prefix}-registry`, it],
      ['git host', `${prefix}-git`, long],
    ] as const) {
      tell(`its ${what} stopped during an update: npm run up starts it again and ends the update`, () =>
        table.attempt(async () => {
          const digest = await newRelease(world);
          const { at: met } = await updateMeeting(
            world,
            'staging',
            () => true,
            async () => {
              await docker(['stop', '--time', '5', container]);
            },
          );
          assert.ok(met !== undefined, 'the update wrote nothing');
          return surviving(`${what} stopped during an update`, async () => {
            await succeeds(world);
            await assertWhole(world, { staging: digest, production: digest });
          });
        }),
      );
    }
  });

  describe('after all that', () => {
    it('a plain update finds nothing to do', async () => {
      for (const stack of ['staging', 'production']) {
        const { code, all: said } = await world.pulumi(stack, 'up', '--refresh', '--expect-no-changes');
        assert.equal(code, 0, said);
      }
    });

    it('nobody has noticed any of it', () => table.assertSurvived(isLong ? 40 : 4));
  });
});
