import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FileStore } from '../../store/kinds/file';
import { readBundle } from '../../store/bundle/record';
import { keyOf } from '../../store/ledger/keys';
import { copyCheckout } from '../bin/checkout';
import { access } from '../targets/store-home';
import { standIns } from './stand-ins';

describe('EditedComment: what the up of a platform does with its stack files', function () {
  this.timeout(300_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const clone = (...names: string[]): string => path.join(folder, 'clone', ...names);

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-comment-'));
    env = standIns(folder);
    copyCheckout(clone(), true);
    const state = path.join(folder, 'home', 'pulumi', '.pulumi', 'stacks', 'sluice');
    fs.mkdirSync(state, { recursive: true });
    fs.writeFileSync(path.join(state, 'platform.json'), '{}');
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const say = (name: string, text: string): void => fs.writeFileSync(path.join(folder, name), text);
  const said = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');

  /** Updates the platform. @returns its exit code, what it has said, and what the engine was asked to do */
  function up(): { code: number; stderr: string; asked: string[] } {
    say('calls', '');
    const { status, stderr } = spawnSync(clone('sluice'), ['up', 'platform'], { cwd: folder, encoding: 'utf8', env });
    const asked = said('calls').split('\n');
    return {
      code: status ?? -1,
      stderr,
      asked: asked.filter((call) => /^(build|load|tag|push|pull|run|create)/.test(call)),
    };
  }

  async function recorded(): Promise<string | undefined> {
    const own = keyOf(access.key);
    const store = new FileStore(path.join(folder, 'home', 'store'));
    return (await readBundle(store, 'platform', { own, trusted: [own] }))?.record.sha256;
  }

  it('records them when it has succeeded, and neither them nor anything else when it has not', async () => {
    say('ends', '1');
    assert.equal(up().code, 1);
    // Its lease lies there, and nothing else.
    const kept = fs.readdirSync(path.join(folder, 'home', 'store')).filter((name) => name !== '.drafts');
    assert.deepEqual(kept, ['leases']);
    say('ends', '0');
    const { code, stderr } = up();
    assert.equal(code, 0, stderr);
    assert.match((await recorded()) ?? '', /^[0-9a-f]{64}$/);
  });

  it('records them once more after a comment was edited, and makes no image and asks for nothing', async () => {
    const [before, images] = [await recorded(), said('images')];
    fs.appendFileSync(clone('Pulumi.production.yaml'), '# a comment\n');
    const { code, stderr, asked } = up();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^platform: nothing changed$/m);
    assert.deepEqual(asked, []);
    assert.equal(said('images'), images);
    const after = await recorded();
    assert.notEqual(after, before);
    // And none when nothing was edited.
    assert.equal(up().code, 0);
    assert.equal(await recorded(), after);
    assert.equal(fs.readdirSync(path.join(folder, 'home', 'store', 'ledger', 'platform', '000000')).length, 2);
  });
});
