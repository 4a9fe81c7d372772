import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { docker } from '../../../clients/docker/docker';
import type { DockerCall } from '../../../clients/docker/docker';
import { runBuild } from '../../../pipelines/steps/build';
import { runTest } from '../../../pipelines/steps/test';
import { tells } from '../../errors/told';
import { obstacleToASecondEngine, OwnEngine } from '../../toolchain/own-engine';
import { environment, workspace, type Workspace } from './recording';

/** Really full: an engine of the test's own, on a disk of 32 MiB that is gone with it, gets a change of 48 MiB. */
describe('the steps on an engine whose disk is full', function () {
  this.timeout(120_000);
  let folder: string;
  let engine: OwnEngine | undefined;
  let place: Workspace;
  before(async function () {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-full-'));
    place = workspace({ Dockerfile: 'FROM scratch AS test\nCOPY big /big\nFROM scratch\nCOPY big /big\n' });
    const obstacle = await obstacleToASecondEngine();
    if (obstacle !== undefined) {
      this.test?.parent?.tests.forEach((test) => (test.title += ` (${obstacle})`));
      this.skip();
    }
    engine = await OwnEngine.start(folder, 32);
    place.write('big', 'x'.repeat(48 * 1024 * 1024));
  });
  after(async () => {
    await engine?.stop();
    place.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const there: DockerCall = (args, options) =>
    docker(args, { ...options, env: { ...options?.env, DOCKER_HOST: engine?.host ?? '' } });

  it('test: tells that the disk is full, not that the tests failed', async () => {
    await assert.rejects(runTest(environment, place, there), tells('fullEngine'));
    assert.ok(!place.log.some((line) => line.includes('failed; the reason is above')));
  });

  it('build: makes no image, and tells why', async () => {
    await assert.rejects(runBuild(environment, place, there), tells('fullEngine'));
    assert.equal((await there(['image', 'ls', '--quiet', '--filter', 'dangling=false'])).stdout, '');
  });
});
