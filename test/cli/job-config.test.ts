import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { recordStackFiles } from '../../operations/stack-files';
import { assertEnded } from '../errors/told';
import { filesOf, parseFiles, sample } from '../errors/project';
import { access, storeHome } from '../targets/store-home';

describe('a verb in the image of pipelines', () => {
  const home = storeHome();

  /** Runs a verb as in that image, whose stack files, were there any, would be this checkout's. */
  function sluice(...words: string[]): { code: number; stderr: string } {
    const { status, stderr } = spawnSync(process.execPath, [path.join(projectRoot, 'bin', 'sluice.cjs'), ...words], {
      encoding: 'utf8',
      // What a checkout has installed may be more than what the image has: development's packages.
      env: { ...process.env, SLUICE_IN_IMAGE: '1' },
    });
    return { code: status ?? -1, stderr };
  }

  const verbs = [['deploy'], ['approve', '--only-record', '--yes']];

  for (const [verb = '', ...options] of verbs) {
    it(`${verb} reads the stack files that the platform has recorded, and no others`, async () => {
      const { production, ...others } = filesOf(sample());
      const recorded = { ...others, live: production ?? '' };
      const root = path.join(home.folder, 'checkout');
      fs.mkdirSync(path.join(root, 'checks', 'scenarios'), { recursive: true });
      fs.copyFileSync(
        path.join(projectRoot, 'checks/scenarios/storedog.ts'),
        path.join(root, 'checks/scenarios/storedog.ts'),
      );
      for (const [name, text] of Object.entries(recorded)) {
        fs.writeFileSync(path.join(root, `Pulumi.${name}.yaml`), text);
      }
      home.publish('platform', { ledgers: access });
      process.env['SLUICE_CONFIG'] = root;
      await recordStackFiles('platform', parseFiles(recorded), access);
      delete process.env['SLUICE_CONFIG'];
      const { code, stderr } = sluice(verb, 'production', '--platform', 'platform', ...options);
      assert.match(stderr, /^platform: stack files of 20/m);
      assert.match(stderr, /there is no "production" here\n {2}next: one of: staging, live$/m);
      assert.equal(code, 2);
    });

    it(`${verb} does nothing without a platform`, () => {
      assertEnded('imageWithoutFiles', sluice(verb, 'production', ...options));
    });
  }
});
