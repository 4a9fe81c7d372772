import assert from 'node:assert/strict';
import { formerEngines, nextAfterMove, type FormerEngine } from '../../operations/former-engines';
import { dockerHost, machineAt, sshOptions } from '../../clients/docker/docker-over-ssh';

const hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIQfxPqcOSPo4bvEKM7gTEEvMrJsP0LTux7iXFwGkpqN';
const at = (host: string, port = 22) => ({ host, port, user: 'deploy', hostKey });
const urn = (name: string): string => `urn:pulumi:staging::sluice::pulumi:providers:docker::${name}`;
const provider = (name: string, machine?: ReturnType<typeof at>) => ({
  type: 'pulumi:providers:docker',
  urn: urn(name),
  inputs: machine === undefined ? {} : { host: dockerHost(machine), sshOpts: JSON.stringify(sshOptions(machine)) },
});
const state = (...resources: object[]) => ({ version: 3, deployment: { resources } });
const old: FormerEngine = { urn: urn('engine-1'), host: 'ssh://deploy@old:22', machine: at('old') };
const here: FormerEngine = { urn: urn('engine'), host: '', machine: undefined };

describe('engines that a stack has been on', () => {
  it('are none of a new stack, nor of one that is where its file says', () => {
    assert.deepEqual(formerEngines({ version: 3, deployment: {} }, at('old')), []);
    assert.deepEqual(formerEngines(state(provider('engine')), undefined), []);
    const there = state(provider('engine-1', at('old')), { type: 'docker:index/network:Network' });
    assert.deepEqual(formerEngines(there, at('old')), []);
  });

  it('are those of other addresses, with their host keys: another host, another port, or none any more', () => {
    const there = state(provider('engine-1', at('old')));
    for (const now of [at('new'), at('old', 2222), undefined]) assert.deepEqual(formerEngines(there, now), [old]);
  });

  it('are none where older versions wrote down by which way they had come to this machine’s own', () => {
    for (const host of ['unix:///run/user/1000/docker.sock', 'tcp://127.0.0.1:2375', 'ssh://ann@laptop']) {
      const there = state({ ...provider('engine'), inputs: { host } });
      assert.deepEqual(formerEngines(there, undefined), []);
      assert.deepEqual(formerEngines(there, at('new')), [here]);
    }
  });

  it('are this machine’s own, too, which is always there', () => {
    assert.deepEqual(formerEngines(state(provider('engine')), at('new')), [here]);
  });

  it('that are away have the next thing to type name them, by either plugin’s message', () => {
    for (const error of [
      'no Docker engine answers (ssh: connect: refused): start Docker there\nsluice-code: engine-away ssh://deploy@old:22',
      'error during connect: Get "http://docker.example.com/v1.41/info": command [ssh -- old docker system dial-stdio]',
    ]) {
      const next = nextAfterMove('staging', [here, old], [error]) ?? '';
      assert.match(next, /what staging had at ssh:\/\/deploy@old:22 could not be removed/);
      assert.ok(next.endsWith(`./sluice pulumi state delete ${old.urn} --target-dependents --yes -s staging`));
    }
  });

  it('are not blamed for anything else, and nobody is blamed where there are none', () => {
    assert.equal(nextAfterMove('staging', [old], ['port is already allocated']), undefined);
    assert.equal(nextAfterMove('staging', [here], ['sluice-code: engine-away ssh://deploy@new:22']), undefined);
  });
});

describe('a machine, as a state tells it', () => {
  it('is the one that it was told of', () => {
    for (const machine of [at('shop.example.com', 2222), at('192.0.2.7'), at('2001:db8::7')]) {
      assert.deepEqual(machineAt(dockerHost(machine), JSON.stringify(sshOptions(machine))), machine);
      assert.deepEqual(machineAt(dockerHost(machine), sshOptions(machine)), machine);
    }
  });

  it('is none where somebody else has made the provider', () => {
    assert.equal(machineAt('ssh://deploy@old:22', undefined), undefined);
    assert.equal(machineAt('tcp://old:2376', sshOptions(at('old'))), undefined);
  });
});
