import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { openStore } from '../../store/kinds';
import type { Store } from '../../store/store';
import { StoreTrouble } from '../../store/trouble';
import { storeAccess } from '../../targets/place';
import { storeOf } from '../../targets/store-of';
import { startSshHost, type SshHost } from '../ssh-host';
import { storeContract } from './contract';
import { killedWriters, manyWriters, type SharedPlace } from './contract-writers';
import { chainWriters } from './ledger/chain-writers';

/** On a real OpenSSH server, as an account that is not root. */
describe('a store in a folder of a machine with OpenSSH', function () {
  this.timeout(120_000);

  let host: SshHost;

  before(async function () {
    this.timeout(600_000);
    host = await startSshHost({ name: 'store' });
  });

  after(() => host.stop());

  /** A folder that no other test has. */
  const shared = (folder = `/home/deploy/${randomUUID()}`): SharedPlace & { machine: object } => {
    const { host: name, port, user, hostKey } = host.place;
    return {
      place: { kind: 'ssh', host: name, port, user, folder },
      machine: { hostKey, privateKey: host.privateKey },
    };
  };
  const store = (folder?: string): Store => {
    const { place, machine } = shared(folder);
    return openStore(place, { environment: process.env, machine: () => machine });
  };

  storeContract(() => Promise.resolve(store()));

  manyWriters(() => Promise.resolve(shared()));

  chainWriters(() => Promise.resolve(shared()), 5);

  killedWriters(() => Promise.resolve(shared()));

  const tells = (message: RegExp, next: RegExp) => (error: unknown) => {
    assert.ok(error instanceof StoreTrouble, String(error));
    assert.match(error.message, message);
    assert.match(error.next ?? '', next);
    return true;
  };

  it('is where config says, with the login of the platform’s file', async () => {
    const { host: name, port, user, hostKey } = host.place;
    const folder = `/home/deploy/${randomUUID()}`;
    const config = { store: `ssh://${user}@${name}:${port}${folder}`, storeHostKey: hostKey, sshPassword: '' };
    const access = storeAccess({ ...config, sshPrivateKey: host.privateKey.trim() }, undefined);
    const there = storeOf({ environment: 'production', ...access });
    assert.equal(await there.create('a/1', Buffer.from('x')), true);
    assert.equal((await host.run(`cat ${folder}/a/1`)).stdout, 'x');
    assert.equal(there.place, `${user}@${name}:${folder}`);
  });

  it('says of a folder without rights that it can’t tell', async () => {
    const folder = `/srv/${randomUUID()}`;
    await host.run(`mkdir -p ${folder}/store/a && echo x > ${folder}/store/a/1 && chmod 700 ${folder}`);
    for (const inside of [folder, `${folder}/store`]) {
      const closed = store(inside);
      for (const ask of [
        () => closed.create('a/2', Buffer.from('x')),
        () => closed.read('a/1'),
        () => closed.list('a'),
        () => closed.readAll(''),
        () => closed.remove('a/1'),
      ]) {
        await assert.rejects(ask, tells(/can't be (written|read|listed|removed): .+/, /^let deploy write to /));
      }
    }
    assert.equal((await host.run(`cat ${folder}/store/a/1`)).stdout, 'x\n');
  });

  it('says that a disk is full, and leaves nothing', async function () {
    const folder = `/srv/${randomUUID()}`;
    const mounted = await host.run(`mkdir -p ${folder} && mount -t tmpfs -o size=256k,mode=777 none ${folder}`, {
      allowFailure: true,
    });
    // A container may mount nothing unless it is let.
    if (mounted.code !== 0) this.skip();
    const small = store(`${folder}/store`);
    await small.create('a', Buffer.from('x'));
    await assert.rejects(
      small.create('b/c', Buffer.alloc(1_000_000)),
      tells(/b\/c can't be written: the disk is full$/, /^make room on the disk of deploy@/),
    );
    assert.deepEqual(await small.list(''), ['a']);
    assert.equal((await host.run(`ls ${folder}/store/.drafts`)).stdout, '');
    await host.run(`umount ${folder}`);
  });
});
