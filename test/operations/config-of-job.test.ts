import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import { configRoot, projectRoot } from '../../base/paths';
import { readStacks } from '../../config/stacks';
import { chooseConfig } from '../../operations/config-of-job';
import { recordStackFiles } from '../../operations/stack-files';
import { assertTold } from '../errors/told';
import { access, storeHome } from '../targets/store-home';

describe('the config of a pipeline’s job', () => {
  const home = storeHome();
  let notes: string[];
  beforeEach(() => {
    notes = [];
    // As in a step, which has its engine by name, and where nothing is installed.
    Object.assign(process.env, { SLUICE_IN_IMAGE: '1', DOCKER_HOST: 'unix:///nowhere.sock' });
    delete process.env['SLUICE_CONFIG'];
  });
  const choose = (pause: () => Promise<void>): Promise<void> =>
    chooseConfig({ options: { platform: 'platform' }, note: (line) => void notes.push(line) }, pause);

  it('is waited for while the platform’s first "up" has published neither its ledgers nor its stack files', async () => {
    home.publish('platform', {});
    const steps = [
      () => Promise.resolve(),
      () => {
        home.publish('platform', { ledgers: access });
        return Promise.resolve();
      },
      () => recordStackFiles('platform', readStacks(), access),
    ];
    await choose(() => (steps.shift() ?? assert.fail('it looks once more than it has to'))());
    assert.notEqual(configRoot(), projectRoot);
    assert.deepEqual(
      notes.map((line) => line.replace(/ of 20.*$/, '')),
      [
        'platform keeps no ledgers yet: waiting for the "up" that brings it up',
        'platform has no stack files on record yet: waiting for the "up" that records them',
        'platform: stack files',
      ],
    );
  });

  it('is refused when no "up" brings the ledgers', async () => {
    home.publish('platform', { ledgers: null });
    let pauses = 0;
    const pause = (): Promise<void> => {
      pauses += 1;
      return Promise.resolve();
    };
    await assert.rejects(choose(pause), (error) => {
      assert.ok(error instanceof UserError && error.exitCode === 1, String(error));
      assertTold('noLedgers', error);
      return true;
    });
    assert.equal(pauses, 59);
  });
});
