import * as assert from 'node:assert/strict';
import type { DroneBuild, DroneStage } from '../../../clients/drone/client';
import { isBrokenOff } from '../../../operations/drone/broken-off';

const at = (seconds: number): Date => new Date(seconds * 1000);

function build(...stages: Partial<DroneStage>[]): DroneBuild {
  return {
    ...{ number: 1, status: 'running', after: 'c0ffee', target: 'main', event: 'push', started: 100, finished: 0 },
    stages: stages.map((stage, index) => ({ number: index + 1, name: 'deliver', status: 'running', ...stage })),
  };
}

describe('a build whose runner was killed', () => {
  const runners = new Map([['s-runner', at(200.4)]]);

  it('is one that was taken before the runner was started', () => {
    assert.equal(isBrokenOff(build({ machine: 's-runner', started: 100, updated: 100 }), runners), true);
    assert.equal(isBrokenOff(build({ machine: 's-runner', started: 201, updated: 201 }), runners), false);
  });

  it('also when it had taken it, but not begun', () => {
    assert.equal(
      isBrokenOff(build({ machine: 's-runner', status: 'pending', started: 0, updated: 150 }), runners),
      true,
    );
  });

  it('is none of the second in which the runner was started: that may be its own', () => {
    assert.equal(isBrokenOff(build({ machine: 's-runner', started: 200, updated: 200 }), runners), false);
    assert.equal(isBrokenOff(build({ machine: 's-runner', started: 199, updated: 199 }), runners), true);
  });

  it('is none that waits for a runner, has ended, or is at a runner that is not known', () => {
    assert.equal(isBrokenOff(build({ status: 'pending', started: 0, updated: 100 }), runners), false);
    assert.equal(isBrokenOff(build({ machine: 's-runner', status: 'success', started: 100 }), runners), false);
    assert.equal(isBrokenOff(build({ machine: 'another', started: 100, updated: 100 }), runners), false);
    assert.equal(isBrokenOff(build(), runners), false);
  });
});
