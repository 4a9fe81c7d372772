import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FileStore } from '../../store/kinds/file';
import { copyCheckout } from '../bin/checkout';
import { assertEnded } from '../errors/told';
import { bucketServer } from '../store/bucket-server';
import { standIns } from './stand-ins';

describe('verbs, and where the store is', function () {
  this.timeout(120_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const at = (...names: string[]): string => path.join(folder, ...names);

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-store-'));
    env = standIns(folder);
    copyCheckout(at('clone'), true);
    fs.mkdirSync(at('home'));
    fs.writeFileSync(at('home', 'passphrase'), 'ours', { mode: 0o600 });
  });
  after(() => fs.rmSync(folder, { recursive: true }));
  beforeEach(() => fs.writeFileSync(at('calls'), ''));

  /** Not in turn with this process, which answers for the server. */
  const sluice = (args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<{ code: number; stderr: string }> =>
    new Promise((resolve) => {
      const child = execFile(at('clone', 'sluice'), args, { cwd: folder, env: { ...env, ...more } }, (_, __, stderr) =>
        resolve({ code: child.exitCode ?? -1, stderr }),
      );
    });
  const updates = (): string[] => fs.readFileSync(at('calls'), 'utf8').match(/^pulumi up.*$/gm) ?? [];

  for (const verb of ['up', 'preview', 'status', 'history']) {
    it(`${verb} ends before anything is touched where there can be none`, async () => {
      const before = fs.readdirSync(at('home'), { recursive: true });
      assertEnded('storeNotBeside', await sluice([verb], { PULUMI_BACKEND_URL: 'gs://team' }));
      assert.deepEqual(fs.readdirSync(at('home'), { recursive: true }), before);
      assert.equal(fs.readFileSync(at('calls'), 'utf8'), '');
    });
  }

  it('up takes away what killed writers have left', async () => {
    const states = at('home', 'pulumi', '.pulumi', 'stacks', 'sluice');
    fs.mkdirSync(states, { recursive: true });
    fs.writeFileSync(path.join(states, 'platform.json'), '{}');
    await new FileStore(at('home', 'store')).create('a', Buffer.from('x'));
    const draft = at('home', 'store', '.drafts', 'old');
    fs.writeFileSync(draft, 'half');
    fs.utimesSync(draft, 1, 1);
    const { code, stderr } = await sluice(['up', '--yes', 'platform']);
    assert.equal(code, 0, stderr);
    assert.ok(!fs.existsSync(draft));
    assert.equal(updates().length, 1);
  });

  it('up updates nothing where another platform has taken the store while the lease was waited for', async () => {
    const server = await bucketServer();
    const file = at('clone', 'Pulumi.platform.yaml');
    const before = fs.readFileSync(file, 'utf8');
    try {
      fs.appendFileSync(file, `  sluice:store: ${server.address('shop')}\n`);
      const set = server.objects.set.bind(server.objects);
      server.objects.set = (name, content) => {
        if (name.includes('/leases/platform/')) set('/bucket/shop/owners/platform', Buffer.from('another’s'));
        return set(name, content);
      };
      const login = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'a secret of the test' };
      assertEnded('storeOfAnother', await sluice(['up', '--yes'], login));
      assert.deepEqual(updates(), []);
    } finally {
      fs.writeFileSync(file, before);
      await server.stop();
    }
  });

  it('up updates nothing whose records a server would lose', async () => {
    const server = await bucketServer({ overwrites: true });
    try {
      fs.appendFileSync(at('clone', 'Pulumi.platform.yaml'), `  sluice:store: ${server.address('shop')}\n`);
      const login = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'a secret of the test' };
      assertEnded('storeOverwrites', await sluice(['up', '--yes'], login));
      assert.deepEqual(updates(), []);
    } finally {
      await server.stop();
    }
  });
});
