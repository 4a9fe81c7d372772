import assert from 'node:assert/strict';
import { UserError } from '../../../base/errors';
import { runTest } from '../../../pipelines/steps/test';
import { environment, fakeDocker, subject, workspace, Workspace } from './recording';

describe('step test', () => {
  let place: Workspace;
  beforeEach(() => void (place = workspace()));
  afterEach(() => place.remove());

  const head = () => [
    `Testing discounts at ${place.commit.slice(0, 12)}: ${subject}`,
    '(the Dockerfile\'s stage "test"; what did not change since the last build is not run again)',
  ];

  it('builds the stage and shows its output', async () => {
    const docker = fakeDocker(() => ({ lines: ['ok 1 - discounts'] }));
    assert.equal(await runTest(environment, place, docker.call), 0);
    assert.deepEqual(
      docker.calls.map((call) => call.args.slice(0, 1)),
      [['buildx'], ['build']],
    );
    assert.ok(docker.calls[1]?.args.join(' ').includes('--target test'));
    assert.ok(!docker.calls[1]?.args.includes('--tag'));
    assert.deepEqual(place.log, [...head(), 'ok 1 - discounts', 'The unit tests of discounts passed.']);
  });

  it('ends with 1 when a test fails, and says what to do', async () => {
    const docker = fakeDocker((args) => (args[0] === 'build' ? { code: 1, lines: ['not ok 1'] } : {}));
    assert.equal(await runTest(environment, place, docker.call), 1);
    assert.deepEqual(place.log, [
      ...head(),
      'not ok 1',
      '',
      'The tests of discounts failed; the reason is above. No image was made, and what runs stays as it is.',
      '  next: docker build --target test .  shows the same at your desk; mend it, commit and push.',
    ]);
  });

  it('refuses a Dockerfile without a test stage', async () => {
    const stderr = 'failed to reach build target test in Dockerfile';
    const docker = fakeDocker((args) => (args[0] === 'build' ? { code: 1, stderr } : {}));
    await assert.rejects(
      runTest(environment, place, docker.call),
      new UserError(
        'the Dockerfile has no stage "test", so nothing is known of this change and it goes no further',
        'add "FROM … AS test" with the unit tests to the Dockerfile (RUN npm test), commit and push',
      ),
    );
  });
});
