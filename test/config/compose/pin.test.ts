import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { run } from '../../../cli/compose';
import { pinned, unpinnedImages } from '../../../config/compose/pin';
import { imageName } from '../../../config/compose/source';
import { fakeDocker, type FakeDocker } from '../../actions/fake-docker';
import { tells } from '../../errors/told';

const digest = `sha256:${'c'.repeat(64)}`;
const text = [
  'x-db: &db {image:   "postgres:16" , restart: always} # kept',
  'services:',
  '   db: *db',
  "   cache: { image: 'redis' }",
  '   app:',
  '      build: .',
  '      image: app:latest',
  '   web:',
  '      image: registry.example.com:5000/team/web:1.2   # the page',
  '   done:',
  `      image: nginx@${digest}`,
  '   other:',
  '      image: web:${TAG}',
  '',
].join('\r\n');

describe('pinning the images of a compose file', () => {
  it('finds those without a digest, but for what is built and what has a variable in its name', () => {
    assert.deepEqual(
      unpinnedImages(text).map(({ image }) => image),
      ['postgres:16', 'redis', 'registry.example.com:5000/team/web:1.2'],
    );
  });

  it('writes digests behind names, and leaves every other byte as it is', () => {
    const result = pinned(text, {
      'postgres:16': digest,
      redis: digest,
      'registry.example.com:5000/team/web:1.2': digest,
    });
    assert.equal(result.replaceAll(`@${digest}`, ''), text.replace(`@${digest}`, ''));
    for (const part of [
      `"postgres:16@${digest}" , restart`,
      `'redis@${digest}' }`,
      `web:1.2@${digest}   # the page\r\n`,
    ]) {
      assert.ok(result.includes(part), part);
    }
    assert.deepEqual(unpinnedImages(result), []);
    assert.equal(pinned(result, { redis: 'sha256:other' }), result);
  });

  it('keeps any file as it is but for these digests', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(:[a-z0-9]{1,4})?$/);
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1 }),
        fc.constantFrom('\n', '\r\n'),
        fc.string(),
        (names, end, comment) => {
          const lines = names.map((image, index) => `  s${index}: { image: ${JSON.stringify(image)} }`);
          const file = ['services:', ...lines, `# ${comment.replace(/[\p{Cc}\u2028\u2029]/gu, '')}`].join(end);
          const result = pinned(file, Object.fromEntries(names.map((image) => [image, digest])));
          assert.equal(result.replaceAll(`@${digest}`, ''), file);
          assert.equal(result.split(digest).length - 1, names.length);
        },
      ),
    );
  });

  it('knows the parts of an image’s name', () => {
    const rows: [string, (string | undefined)[]][] = [
      ['postgres', ['postgres', undefined, undefined]],
      ['localhost:5000/a/b', ['localhost:5000/a/b', undefined, undefined]],
      [`localhost:5000/a:1@${digest}`, ['localhost:5000/a', '1', digest]],
    ];
    for (const [image, parts] of rows) {
      const { repository, tag, digest: hash } = imageName(image);
      assert.deepEqual([repository, tag, hash], parts);
    }
  });
});

describe('./sluice compose', () => {
  let docker: FakeDocker;
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-pin-'))));
  afterEach(() => {
    docker.restore();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function pin(file: string): Promise<{ code: number; said: string[] }> {
    const said: string[] = [];
    const code = await run({
      words: ['pin', file],
      options: {},
      say: (line) => void said.push(line),
      note: () => undefined,
    });
    return { code, said };
  }

  it('asks the engine for the digest and writes it into the file, once', async () => {
    const file = path.join(folder, 'docker-compose.yml');
    fs.writeFileSync(file, 'services:\n  db: { image: postgres:16 }\n', { mode: 0o640 });
    docker = fakeDocker([
      {
        part: 'image inspect',
        stdout: JSON.stringify([`mirror/other@sha256:x`, `docker.io/library/postgres@${digest}`]),
      },
    ]);
    assert.deepEqual(await pin(file), { code: 0, said: [`postgres:16@${digest}`] });
    assert.equal(fs.readFileSync(file, 'utf8'), `services:\n  db: { image: postgres:16@${digest} }\n`);
    assert.equal(fs.statSync(file).mode & 0o777, 0o640);
    assert.deepEqual(docker.calls()[0]?.args, ['pull', '--quiet', 'postgres:16']);
    assert.match((await pin(file)).said.join(), /every image has its digest$/);
    assert.deepEqual(fs.readdirSync(folder), ['docker-compose.yml']);
  });

  it('leaves the file as it is when there is no such image', async () => {
    const file = path.join(folder, 'docker-compose.yml');
    fs.writeFileSync(file, 'services:\n  db: { image: nowhere:1 }\n');
    docker = fakeDocker([{ part: '', stderr: 'Error response from daemon: manifest unknown\n', code: 1 }]);
    await assert.rejects(pin(file), tells('noDigestToPin'));
    assert.equal(fs.readFileSync(file, 'utf8'), 'services:\n  db: { image: nowhere:1 }\n');
  });

  it('wants a compose file', async () => {
    docker = fakeDocker([]);
    await assert.rejects(pin(path.join(folder, 'none.yml')), /there is no .*none\.yml here/);
    fs.writeFileSync(path.join(folder, 'a.yml'), 'a: 1\n');
    await assert.rejects(pin(path.join(folder, 'a.yml')), /is no compose file: it has no services/);
    await assert.rejects(
      run({ words: ['pim'], options: {}, say: () => undefined, note: () => undefined }),
      /did you mean "pin"/,
    );
  });
});
