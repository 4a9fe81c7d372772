import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { codesIn } from '../../base/codes';
import { deployScript, pullScript } from '../../targets/compose-deploy';
import { imageLines } from '../../targets/compose-image';

const text = 'services:\n  api:\n    image: registry.example.com/shop/api:1\n';
const digest = `sha256:${'a'.repeat(64)}`;

/** A docker client without an engine: it answers as told, by the beginning of its arguments. */
const client = (answers: string): string => `#!/bin/sh\ncase "$*" in\n${answers}\n*) exit 0 ;;\nesac\n`;

describe('a script for another machine tells programs what went wrong', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-script-'));
    fs.mkdirSync(path.join(folder, 'bin'));
    fs.writeFileSync(path.join(folder, 'docker-compose.yml'), text);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  function run(script: string, answers: string): { codes: string[]; stderr: string } {
    fs.writeFileSync(path.join(folder, 'bin', 'docker'), client(answers), { mode: 0o755 });
    const env = { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` };
    const { stderr, stdout, status } = spawnSync('sh', ['-s'], { input: script, encoding: 'utf8', env });
    assert.deepEqual([status, stdout], [1, ''], stderr);
    return { codes: codesIn(stderr).map(({ code }) => code), stderr };
  }

  const script = (o: { username?: string } = {}): string =>
    deployScript({
      folder,
      text,
      file: imageLines(text, ['api'], 'docker-compose.yml'),
      images: { api: { image: `registry.example.com/shop/api:2@${digest}`, digest, healthySeconds: 1 } },
      registry: { host: 'registry.example.com', username: o.username ?? '', password: 'secret' },
      record: { kind: 'unhealthy' },
      lockSeconds: 1,
    });

  it('an engine that it may not use', () => {
    const { codes, stderr } = run(script(), 'version*) echo "permission denied" >&2; exit 1 ;;');
    assert.deepEqual(codes, ['engine-refused']);
    assert.match(stderr, /can't use the Docker engine: permission denied\nsluice-code: engine-refused\n$/);
  });

  it('no compose', () => {
    assert.deepEqual(run(script(), '"compose version") exit 1 ;;').codes, ['program-missing']);
  });

  it('a file that was changed, or that compose can not read', () => {
    const given = script();
    fs.appendFileSync(path.join(folder, 'docker-compose.yml'), '    restart: always\n');
    assert.deepEqual(run(given, '').codes, ['file-changed']);
    fs.writeFileSync(path.join(folder, 'docker-compose.yml'), text);
    assert.deepEqual(run(given, 'compose*config*) exit 1 ;;').codes, ['file-unreadable']);
  });

  it('a login that is refused, by either script', () => {
    const refuses = 'login*) echo unauthorized; exit 1 ;;';
    assert.deepEqual(run(script({ username: 'robot' }), refuses).codes, ['login-refused']);
    const registry = { host: 'registry.example.com', username: 'robot', password: 'secret' };
    const pull = pullScript({ folder, makesFolder: false, image: 'registry.example.com/shop/tools@x', registry });
    assert.deepEqual(run(pull, `image*) exit 1 ;;\n${refuses}`).codes, ['login-refused']);
    const nowhere = pullScript({ folder: `${folder}/none`, makesFolder: false, image: 'x', registry });
    assert.deepEqual(run(nowhere, 'image*) exit 1 ;;').codes, ['folder-refused']);
  });

  it('makes a folder of its own where nothing has needed it before', () => {
    const registry = { host: 'registry.example.com', username: '', password: '' };
    const own = pullScript({ folder: `${folder}/state/own`, makesFolder: true, image: 'x', registry });
    const { stderr } = run(own, 'image*) exit 1 ;;\npull*) exit 1 ;;');
    assert.match(stderr, /^x can't be pulled/);
    assert.ok(fs.statSync(path.join(folder, 'state', 'own', '.sluice')).isDirectory());
  });

  it('notes a release that was started, and no other: it was not at fault', () => {
    const failures = path.join(folder, '.sluice', 'failures.jsonl');
    run(script(), 'image*inspect*) exit 1 ;;\npull*) exit 1 ;;');
    // A file that can't be given to its owner.
    fs.writeFileSync(path.join(folder, 'bin', 'stat'), '#!/bin/sh\necho "$*"\n', { mode: 0o755 });
    assert.deepEqual(run(script(), '').codes, ['file-of-another']);
    assert.equal(fs.existsSync(failures), false);
    fs.rmSync(path.join(folder, 'bin', 'stat'));
    assert.deepEqual(run(script(), 'compose*up*) exit 1 ;;').codes, ['went-back']);
    const [record = '', ...more] = fs.readFileSync(failures, 'utf8').trim().split('\n');
    assert.deepEqual(more, []);
    const { kind, summary } = JSON.parse(record) as Record<string, string>;
    assert.deepEqual([kind, summary], ['unhealthy', "api can't be started"]);
  });

  it('that it has gone back, and that it could not', () => {
    const { codes, stderr } = run(script(), 'compose*up*) exit 1 ;;');
    assert.deepEqual(codes, ['went-back']);
    assert.match(stderr, /api can't be started; docker-compose.yml and what runs are as before\n/);
    assert.equal(fs.readFileSync(path.join(folder, 'docker-compose.yml'), 'utf8'), text);
    assert.deepEqual(run(script(), 'compose*rm*) exit 1 ;;').codes, ['stuck-halfway']);
    assert.equal(fs.readFileSync(path.join(folder, 'docker-compose.yml'), 'utf8'), text);
  });
});
