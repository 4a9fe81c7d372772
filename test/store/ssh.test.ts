import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { quoted } from '../../base/command';
import { SshStore } from '../../store/kinds/ssh';
import * as scripts from '../../store/kinds/ssh-scripts';
import { StoreTrouble } from '../../store/trouble';
import { fakeSshHost, type FakeSshHost } from '../clients/ssh/fake-ssh-host';
import { storeContract } from './contract';

/** Over the real protocol, in this machine's `sh`; ssh.engine.test.ts is about a real OpenSSH server. */
describe('a store in a folder of another machine', function () {
  this.timeout(60_000);

  let host: FakeSshHost;
  let store: SshStore;
  let before: string | undefined;

  beforeEach(async () => {
    before = process.env['PATH'];
    host = await fakeSshHost();
    store = storeIn('store');
  });

  afterEach(async () => {
    process.env['PATH'] = before;
    await host.stop();
  });

  const at = (...names: string[]) => path.join(host.place.folder, ...names);
  const storeIn = (folder: string) => new SshStore({ ssh: host.place.ssh, folder: at(folder) });

  storeContract(() => Promise.resolve(store));

  it('says where it is, without a secret', () => {
    assert.equal(store.place, `deploy@127.0.0.1:${at('store')}`);
  });

  it('takes folders away that a removal has left that was killed, and none that has anything in it', async () => {
    fs.mkdirSync(at('store', 'a', 'b'), { recursive: true });
    fs.mkdirSync(at('store', 'foreign', 'c'), { recursive: true });
    fs.writeFileSync(at('store', 'foreign', '.DS_Store'), '');
    await store.remove('a/b/gone/1');
    await store.remove('foreign/c/1');
    assert.deepEqual(fs.readdirSync(at('store'), { recursive: true }), ['foreign', 'foreign/.DS_Store']);
  });

  it('keeps what others on that machine must not read', async () => {
    await store.create('a/b', Buffer.from('x'));
    for (const [name, mode] of [
      ['store', 0o700],
      ['store/a', 0o700],
      ['store/a/b', 0o600],
    ] as const) {
      assert.equal(fs.statSync(at(name)).mode & 0o777, mode, name);
    }
  });

  it('asks once for each thing, however much there is', async () => {
    for (let number = 1; number <= 3; number += 1) await store.create(`f/${number}`, Buffer.from('x'));
    // The names are longer than a command line may be.
    for (let number = 0; number < 3000; number += 1) {
      fs.writeFileSync(at('store', 'f', `${'x'.repeat(90)}-${number}`), String(number));
    }
    const once = async (ask: () => Promise<unknown>): Promise<void> => {
      const asked = host.commands.length;
      await ask();
      assert.equal(host.commands.length, asked + 1);
    };
    await once(() => store.create('f/4', Buffer.from('x')));
    await once(() => store.create('f/4', Buffer.from('x')));
    await once(() => store.read('f/4'));
    await once(() => store.read('f/5'));
    await once(() => store.remove('f/4'));
    await once(async () => assert.equal((await store.list('f')).length, 3003));
    await once(async () => {
      const all = await store.readAll('f', 'f/2');
      assert.equal(all.length, 3001);
      assert.deepEqual(all[0], { name: 'f/3', content: Buffer.from('x') });
      assert.deepEqual(all.at(-1), { name: `f/${'x'.repeat(90)}-999`, content: Buffer.from('999') });
    });
  });

  it('leaves no draft behind, and sweeps those of killed writers after a day', async () => {
    await store.create('a', Buffer.from('1'));
    await store.create('a', Buffer.from('2'));
    assert.deepEqual(fs.readdirSync(at('store', '.drafts')), []);
    const [old, young] = [at('store', '.drafts', 'old'), at('store', '.drafts', 'young')];
    for (const draft of [old, young]) fs.writeFileSync(draft, 'half');
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
    fs.utimesSync(old, twoDaysAgo, twoDaysAgo);
    await store.sweep();
    assert.deepEqual(fs.readdirSync(at('store', '.drafts')), ['young']);
  });

  /** Puts a program of the test in the place of one of the machine's. */
  function standIn(name: string, script: string): void {
    fs.mkdirSync(at('bin'), { recursive: true });
    fs.writeFileSync(at('bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    process.env['PATH'] = `${at('bin')}:${before ?? ''}`;
  }

  const tells = (message: RegExp, next: RegExp) => (error: unknown) => {
    assert.ok(error instanceof StoreTrouble, String(error));
    assert.equal(error.exitCode, 1);
    assert.match(error.message, message);
    assert.match(error.next ?? '', next);
    return true;
  };

  it('makes nothing of what came only in part', async () => {
    // The connection breaks each time after the first bytes.
    standIn('cat', 'exec head -c 10');
    await assert.rejects(
      store.create('a/b', Buffer.alloc(1000)),
      tells(/a\/b can't be written: the connection breaks \(code 83\)/, /^look at it: ssh -p \d+ deploy@127\.0\.0\.1$/),
    );
    assert.deepEqual(fs.readdirSync(at('store')), ['.drafts']);
    assert.deepEqual(fs.readdirSync(at('store', '.drafts')), []);
  });

  /** The first script that comes to force something to the disk for this time, counted from 1, ends as if the connection broke. */
  const breaksAt = (time: number): void =>
    standIn(
      'sync',
      `echo >> ${at('syncs')}; [ $(wc -l < ${at('syncs')}) -ne ${time} ] || kill -9 $PPID; exec "$(command -v -p sync)" "$@"`,
    );

  it('says that it has made what it has made, though the connection broke before it heard so', async () => {
    breaksAt(2);
    const asked = host.commands.length;
    assert.equal(await store.create('a', Buffer.from('mine')), true);
    assert.equal(host.commands.length, asked + 3);
    assert.equal(await store.create('a', Buffer.from('mine')), false);
  });

  it('does not take another’s object for its own when the connection broke', async () => {
    await store.create('a', Buffer.from('theirs'));
    breaksAt(1);
    const asked = host.commands.length;
    assert.equal(await store.create('a', Buffer.from('mine')), false);
    assert.equal(host.commands.length, asked + 3);
    assert.equal((await store.read('a'))?.toString(), 'theirs');
  });

  it('tells a full disk from a folder without rights', async () => {
    standIn('cat', 'echo "no right" >&2; exit 1');
    standIn('df', 'echo Filesystem; echo disk 100 100 0 100% /');
    await assert.rejects(
      store.create('a', Buffer.from('1')),
      tells(/a can't be written: the disk is full$/, /^make room on the disk of deploy@/),
    );
    standIn('df', 'echo Filesystem; echo disk 100000 100 99900 1% /');
    await assert.rejects(
      store.create('a', Buffer.from('1')),
      tells(/a can't be written: no right$/, /^let deploy write to .*: a folder, on a file system with links$/),
    );
  });

  it('says of a folder that can’t be one that it can’t tell, not that nothing is there', async () => {
    fs.writeFileSync(at('file'), '');
    const broken = storeIn('file');
    for (const ask of [
      () => broken.create('a', Buffer.from('')),
      () => broken.read('a'),
      () => broken.list(''),
      () => broken.readAll(''),
      () => broken.remove('a'),
    ]) {
      await assert.rejects(
        ask,
        tells(/the store in deploy@.*: (a|it) can't be (written|read|listed|removed): /, /^let deploy write/),
      );
    }
  });

  it('works with `ln` where there is no `link`, without an archive where there is no `tar`, and with a `sync` that knows no files', async () => {
    standIn('tar', 'exit 127');
    standIn('sync', '[ $# -eq 0 ]');
    // `command -v link` finds none: the path has nothing but what the scripts need.
    for (const name of ['sh', 'mkdir', 'cat', 'wc', 'ln', 'rm', 'rmdir', 'ls', 'awk', 'sed', 'df', 'find']) {
      standIn(name, `PATH=${before ?? ''} exec ${name} "$@"`);
    }
    process.env['PATH'] = at('bin');
    fs.rmSync(at('bin', 'sh'));
    fs.symlinkSync('/bin/sh', at('bin', 'sh'));
    assert.equal(await store.create('a/1', Buffer.from('1')), true);
    assert.equal(await store.create('a/1', Buffer.from('2')), false);
    await assert.rejects(store.create('a', Buffer.from('1')), tells(/is a folder$/, /^let deploy/));
    await store.create('a/2', Buffer.alloc(0));
    assert.deepEqual(await store.readAll('a'), [
      { name: 'a/1', content: Buffer.from('1') },
      { name: 'a/2', content: Buffer.alloc(0) },
    ]);
    await store.remove('a/1');
    assert.deepEqual(await store.list('a'), ['a/2']);
  });

  it('is not misled by what the account says at each login', async () => {
    await store.create('a', Buffer.from('content'));
    const chatty = new SshStore({ ssh: host.place.ssh, folder: at('store') });
    standIn('sh', 'echo "Welcome to this machine"; exec /bin/sh "$@"');
    assert.equal((await chatty.read('a'))?.toString(), 'content');
    assert.deepEqual(await chatty.list(''), ['a']);
    assert.deepEqual(await chatty.readAll(''), [{ name: 'a', content: Buffer.from('content') }]);
  });

  it('is one line for the account’s shell, of which a C shell changes nothing', () => {
    for (const script of [scripts.createScript, scripts.readScript, scripts.readAllScript, scripts.removeScript]) {
      assert.doesNotMatch(scripts.scriptLine(script, '/srv/store', 'a/b'), /[\n!]/);
    }
    const text = 'a\\n%s\t!\n\'"`$HOME';
    const script = `printf '%s' ${quoted(text)} "$1" "$2"`;
    const { stdout } = spawnSync('sh', ['-c', scripts.scriptLine(script, 'one', 'two words')]);
    assert.equal(stdout.toString(), `${text}onetwo words`);
  });

  it('says that a machine is away, and what to try', async () => {
    const { ssh } = host.place;
    const away = new SshStore({ ssh: { ...ssh, port: 1 }, folder: '/srv/store' });
    await assert.rejects(
      away.list(''),
      tells(
        /^the store in deploy@127\.0\.0\.1:\/srv\/store: it can't be listed: 127\.0\.0\.1:1 can't be reached by SSH: ECONNREFUSED$/,
        /ssh -p 1 deploy@127/,
      ),
    );
  });

  it('says that an account has no shell', async () => {
    standIn('sh', 'echo "This account is currently not available."; exit 1');
    await assert.rejects(
      store.read('a'),
      tells(/a can't be read: the account has no POSIX shell \(code 1\)/, /^look at it: ssh/),
    );
  });
});
