import * as assert from 'node:assert/strict';
import type { DroneBuild, DroneClient, DroneStatus } from '../../clients/drone/client';
import { changesBetween, planFor, settle } from '../../operations/drone/follow';
import { slugOf } from '../../operations/platform';

function build(status: DroneStatus, steps: [string, DroneStatus, number?, number?][] = []): DroneBuild {
  return {
    number: 1,
    status,
    after: 'c0ffee',
    target: 'main',
    event: 'push',
    started: 0,
    finished: 0,
    stages: [
      {
        number: 1,
        name: 'default',
        status,
        steps: steps.map(([name, state, started, stopped], index) => ({
          number: index + 1,
          name,
          status: state,
          started,
          stopped,
        })),
      },
    ],
  };
}

describe('what to do about the newest build', () => {
  it('is decided by how it stands', () => {
    const plans: [DroneBuild | undefined, string][] = [
      [undefined, 'start'],
      [build('pending'), 'follow'],
      [build('running'), 'follow'],
      [build('success'), 'nothing'],
      [build('failure'), 'nothing'],
      [build('error'), 'restart'],
      [build('killed'), 'restart'],
    ];
    for (const [newest, plan] of plans) assert.equal(planFor(newest), plan);
  });

  it('is to run a good one again when a channel has nothing of it yet, and never a failed one', () => {
    assert.equal(planFor(build('success'), ['dev']), 'restart');
    assert.equal(planFor(build('failure'), ['dev']), 'nothing');
    assert.equal(planFor(build('running'), ['dev']), 'follow');
  });
});

describe('settling a branch', () => {
  /** A Drone whose newest build has ended so, and where a build that is run again becomes number 2 and succeeds. */
  function droneWith(status: DroneStatus): { client: DroneClient; restarted: number[] } {
    const restarted: number[] = [];
    const second = { ...build('success'), number: 2 };
    const client = {
      newest: () => Promise.resolve(build(status)),
      build: (_slug: string, number: number) => Promise.resolve(number === 2 ? second : build(status)),
      restart: (_slug: string, number: number) => {
        restarted.push(number);
        return Promise.resolve(second);
      },
    };
    return { client: client as unknown as DroneClient, restarted };
  }
  const settled = async (status: DroneStatus, ended: number | undefined, empty: string[] = []) => {
    const { client, restarted } = droneWith(status);
    const lines: string[] = [];
    const emptyChannels = () => Promise.resolve(empty);
    const result = await settle(client, 'sluice/a', 'main', (line) => lines.push(line), { ended, emptyChannels });
    return { result, restarted, lines };
  };

  it('leaves alone what had ended before, and tells what has ended since', async () => {
    assert.equal((await settled('failure', 1)).result, undefined);
    assert.equal((await settled('success', 1)).result, undefined);
    assert.equal((await settled('failure', undefined)).result?.status, 'failure');
  });

  it('fills a channel that nothing has been pushed to', async () => {
    const { result, restarted, lines } = await settled('success', 1, ['dev']);
    assert.equal(result?.number, 2);
    assert.deepEqual(restarted, [1]);
    assert.equal(lines[0], 'sluice/a: running build 1 again: nothing has been pushed to channel dev yet');
  });
});

describe('following a build', () => {
  it('tells each step once when it begins and once when it ends', () => {
    const one = build('running', [
      ['clone', 'success', 100, 102],
      ['test', 'running', 102],
      ['build', 'pending'],
    ]);
    const two = build('failure', [
      ['clone', 'success', 100, 102],
      ['test', 'failure', 102, 110],
      ['build', 'skipped'],
    ]);
    assert.deepEqual(changesBetween(undefined, one), ['  clone success 2 s', '  test …']);
    assert.deepEqual(changesBetween(one, one), []);
    assert.deepEqual(changesBetween(one, two), ['  test failure 8 s']);
  });

  it('finds the repository by the address that it is cloned from', () => {
    assert.equal(slugOf('http://localhost:3000/sluice/discounts.git'), 'sluice/discounts');
  });
});
