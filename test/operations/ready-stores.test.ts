import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { UserError } from '../../base/errors';
import { readyStores } from '../../operations/ready-stores';
import type { StackFile } from '../../config/stack';
import { FileStore } from '../../store/kinds/file';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';
import { parseProject, sample } from '../errors/project';
import { tells } from '../errors/told';
import { bucketServer } from '../store/bucket-server';
import { storeHome } from '../targets/store-home';

const twoDays = 2 * 24 * 60 * 60;

/** A store's folder with what two killed writers have left, one of them two days ago. */
async function withDrafts(folder: string): Promise<() => string[]> {
  await new FileStore(folder).create('ledger/staging/1', Buffer.from('x'));
  const drafts = path.join(folder, '.drafts');
  for (const name of ['old', 'young']) fs.writeFileSync(path.join(drafts, name), 'half');
  const then = Date.now() / 1000 - twoDays;
  fs.utimesSync(path.join(drafts, 'old'), then, then);
  return () => fs.readdirSync(drafts);
}

describe('what `up` does first with a store', () => {
  const home = storeHome();
  let notes: string[];

  beforeEach(() => {
    notes = [];
    // As a verb says it to itself: the state is in Sluice's home.
    const PULUMI_BACKEND_URL = pathToFileURL(path.join(home.folder, 'pulumi')).href;
    const login = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'a secret of the test' };
    Object.assign(process.env, { PULUMI_BACKEND_URL, ...login });
  });

  const withPlatform = (values: object): StackFile[] => {
    const { platform, ...others } = sample();
    return parseProject({ platform: { ...platform, ...values }, ...others });
  };
  const ready = (stacks: readonly StackFile[], ...names: string[]): Promise<void> =>
    readyStores(
      stacks.filter(({ name }) => names.length === 0 || names.includes(name)),
      stacks,
      (line) => void notes.push(line),
    );

  it('takes away what killed writers have left, and nothing younger', async () => {
    const left = await withDrafts(home.store.place);
    await ready(withPlatform({}));
    assert.deepEqual([left(), notes], [['young'], []]);
    assert.notEqual(await home.store.read('ledger/staging/1'), undefined);
  });

  it('refuses a login that pipelines of the platform would not have, when it brings up the platform', async () => {
    process.env['PULUMI_BACKEND_URL'] = 's3://state?profile=ann';
    await assert.rejects(ready(withPlatform({}), 'platform'), tells('stepsWithoutLogin'));
  });

  it('does so beside a state that several homes share, for one environment, too', async () => {
    process.env['PULUMI_BACKEND_URL'] = pathToFileURL(path.join(home.folder, 'shared')).href;
    const left = await withDrafts(path.join(home.folder, 'shared', 'sluice'));
    await ready(withPlatform({}), 'production');
    assert.deepEqual(left(), ['young']);
  });

  it('makes no store where there is none', async () => {
    await ready(withPlatform({}));
    assert.ok(!fs.existsSync(home.store.place));
    assert.deepEqual(notes, []);
  });

  it('sweeps a store on a machine, with the login of the platform’s file, and goes on without', async () => {
    const host = await fakeSshHost();
    try {
      const { ssh, folder } = host.place;
      const { user, port, hostKey, password = '' } = ssh;
      const left = await withDrafts(path.join(folder, 'store'));
      process.env['STORE_PASSWORD'] = password;
      const values = { store: `ssh://${user}@127.0.0.1:${port}${folder}/store`, storeHostKey: hostKey };
      await ready(withPlatform({ ...values, sshPassword: '$STORE_PASSWORD' }));
      assert.deepEqual([left(), notes], [['young'], []]);
      process.env['STORE_PASSWORD'] = 'another';
      await ready(withPlatform({ ...values, sshPassword: '$STORE_PASSWORD' }));
      assert.equal(notes.length, 1);
      assert.match(notes[0] ?? '', /drafts can't be removed: 127\.0\.0\.1:\d+ does not let \S+ in with this password$/);
    } finally {
      await host.stop();
    }
  });

  it('makes an object of a bucket twice, once for each update, and leaves nothing', async () => {
    const server = await bucketServer();
    try {
      await ready(withPlatform({ store: server.address('shop') }));
      assert.deepEqual([...server.objects.keys()], []);
      const made = server.asked.filter((each) => each.startsWith('PUT /bucket/shop/probe/'));
      assert.ok(made.length >= 2 && new Set(made).size === 1, server.asked.join(', '));
      process.env['PULUMI_BACKEND_URL'] = server.address('team');
      await ready(withPlatform({}), 'staging');
      assert.ok(server.asked.some((each) => each.startsWith('PUT /bucket/team/sluice/probe/')));
    } finally {
      await server.stop();
    }
  });

  it('refuses a server that would lose records', async () => {
    const server = await bucketServer({ overwrites: true });
    try {
      await assert.rejects(ready(withPlatform({ store: server.address('shop') })), tells('storeOverwrites'));
    } finally {
      await server.stop();
    }
  });

  it('refuses to go on when a bucket does not answer', async () => {
    const server = await bucketServer();
    await server.stop();
    await assert.rejects(
      ready(withPlatform({ store: server.address('shop') })),
      (error: UserError) => error.exitCode === 1 && /does not answer/.test(error.message),
    );
  });
});
