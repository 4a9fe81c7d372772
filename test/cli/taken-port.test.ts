import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { copyCheckout } from '../bin/checkout';
import { assertEnded } from '../errors/told';
import { standIns } from './stand-ins';

describe('TakenPort: a port that somebody else has', function () {
  this.timeout(120_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const read = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-taken-'));
    env = standIns(folder);
    copyCheckout(path.join(folder, 'clone'), true);
    const state = path.join(folder, 'home', 'pulumi', '.pulumi', 'stacks', 'sluice', 'production.json');
    fs.mkdirSync(path.dirname(state), { recursive: true });
    fs.writeFileSync(state, '{}');
    fs.writeFileSync(path.join(folder, 'home', 'passphrase'), 'ours', { mode: 0o600 });
    fs.writeFileSync(
      path.join(folder, 'ps'),
      `${['somebodys-shop', 'nginx:1', '', '', '127.0.0.1:8080->80/tcp'].join('\t')}\n`,
    );
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const verb of ['deploy', 'promote', 'rollback']) {
    it(`ends ${verb} before anything is changed, with who has it and what to type`, () => {
      fs.writeFileSync(path.join(folder, 'calls'), '');
      const { status, stdout, stderr } = spawnSync(path.join(folder, 'clone', 'sluice'), [verb, 'production'], {
        cwd: folder,
        encoding: 'utf8',
        env,
      });
      assertEnded('portOfContainer', { code: status ?? -1, stderr });
      assert.match(stderr, /port 8080 \(sluice:services\.frontend\.port\) is taken by container somebodys-shop/);
      assert.equal(stdout, '');
      assert.ok(!fs.existsSync(path.join(folder, 'home', 'store')));
      assert.doesNotMatch(read('calls'), /^pulumi up/m);
    });
  }
});
