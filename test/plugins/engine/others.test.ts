import * as assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { docker } from '../../../clients/docker/docker';
import { holdsSecret, type Properties } from '../../../toolchain/plugins/serving/values';
import { PluginClient, shown } from './client';
import { started } from './containers';
import { eachPlugin } from './executables';
import { image, otherImage, prefix, tearDown } from './machine';
import { startRegistry, type TestRegistry } from './registry';

const networkType = 'docker:index/network:Network';
const volumeType = 'docker:index/volume:Volume';
const imageType = 'docker:index/remoteImage:RemoteImage';
const labels = [{ label: 'a', value: '1' }];

eachPlugin('docker', 'plugins: networks, volumes, images', (executable) => {
  const plugin = started(executable);
  let client: PluginClient;
  before(() => (client = plugin()));

  it('a network: made, read, gone, imported, deleted', async () => {
    const name = `${prefix}-network`;
    const made = await client.create(networkType, { name, labels, internal: true });
    assert.deepEqual(
      [shown(made)['scope'], shown(made)['driver'], shown(made)['internal'], shown(made)['labels']],
      ['local', 'bridge', true, labels],
    );
    const imported = await client.read(networkType, { id: made.id, inputs: {}, state: {} });
    assert.deepEqual([imported?.inputs['name'], imported?.inputs['internal']], [name, true]);
    await assert.rejects(client.create(networkType, { name }), /already exists/);
    await client.delete(networkType, made);
    assert.equal(await client.read(networkType, made), undefined);
    await client.delete(networkType, made);
  });

  it('a network that containers are in waits for them to leave', async () => {
    const made = await client.create(networkType, { name: `${prefix}-busy` });
    const name = `${prefix}-guest`;
    await docker(['run', '-d', '--name', name, '--network', `${prefix}-busy`, image, 'sleep', '600']);
    const deleted = client.delete(networkType, made);
    await docker(['rm', '-f', name]);
    await deleted;
    assert.equal(await client.read(networkType, made), undefined);
  });

  it('a volume: made, read, taken over by name, deleted', async () => {
    const name = `${prefix}-volume`;
    const made = await client.create(volumeType, { name, labels });
    assert.equal(made.id, name);
    assert.match(shown(made)['mountpoint'] as string, /_data$/);
    const again = await client.create(volumeType, { name });
    // Its own labels are seen by a refresh only.
    assert.deepEqual(shown(again)['labels'], []);
    const read = await client.read(volumeType, again);
    assert.ok(read);
    assert.deepEqual(shown(read)['labels'], labels);
    const imported = await client.read(volumeType, { id: name, inputs: {}, state: {} });
    assert.equal(imported?.inputs['name'], name);
    await client.delete(volumeType, made);
    assert.equal(await client.read(volumeType, made), undefined);
    await client.delete(volumeType, made);
  });

  it('an image of the engine: taken as it is; keepLocally keeps it', async () => {
    const made = await client.create(imageType, { name: image, keepLocally: true });
    const id = (await docker(['image', 'inspect', '--format', '{{.Id}}', image])).stdout.trim();
    assert.deepEqual([made.id, shown(made)['imageId'], shown(made)['repoDigest']], [id + image, id, '']);
    await client.delete(imageType, made);
    assert.equal((await docker(['image', 'inspect', image], { allowFailure: true })).code, 0);
  });

  it('an image without keepLocally is removed; a removed one reads as gone', async () => {
    const name = `${prefix}-tagged:1`;
    await docker(['tag', otherImage, name]);
    const made = await client.create(imageType, { name });
    await client.delete(imageType, made);
    assert.equal((await docker(['image', 'inspect', name], { allowFailure: true })).code, 1);
    assert.equal(await client.read(imageType, made), undefined);
  });

  it('a tag: made, never deleted', async () => {
    const [sourceImage, targetImage] = [image, `${prefix}-target:7`];
    const made = await client.create('docker:index/tag:Tag', { sourceImage, targetImage });
    assert.equal(made.id, `${sourceImage}.${targetImage}`);
    await client.delete('docker:index/tag:Tag', made);
    assert.equal((await docker(['image', 'inspect', targetImage], { allowFailure: true })).code, 0);
  });
});

eachPlugin('docker', 'plugins: a registry with a login', (executable) => {
  const login = { username: 'anna', password: 'pässword:1' };
  let registry: TestRegistry;

  before(async () => (registry = await startRegistry(login)));
  after(async () => {
    await docker(['rmi', '-f', `${registry.address}/sluice-test:1`], { allowFailure: true });
    registry.stop();
    await tearDown();
  });
  const using = async (auth: object | undefined, work: (client: PluginClient) => Promise<void>): Promise<void> => {
    const settings: Properties =
      auth === undefined ? {} : { registryAuth: JSON.stringify([{ address: registry.address, ...auth }]) };
    const client = await PluginClient.start(executable, settings);
    try {
      await work(client);
    } finally {
      client.stop();
    }
  };

  it('no login in registryAuth, or a wrong one: refused, without the password in the message', async () => {
    const name = `${registry.address}/sluice-test:1`;
    await using(undefined, async (client) => {
      await assert.rejects(client.create(imageType, { name }), /unable to (find or )?pull image/i);
    });
    await using({ username: 'anna', password: 'wrong-one' }, async (client) => {
      const error = await client.create(imageType, { name }).then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      assert.match(error?.message ?? '', /unable to (find or )?pull image/i);
      assert.doesNotMatch(error?.message ?? '', /wrong-one/);
    });
  });

  it('pulls with the login, by tag and by digest', async () => {
    await using(login, async (client) => {
      for (const reference of [':1', `@${registry.digest}`]) {
        const name = `${registry.address}/sluice-test${reference}`;
        const made = await client.create(imageType, { name });
        assert.equal(shown(made)['repoDigest'], `${registry.address}/sluice-test@${registry.digest}`);
        assert.equal((await client.diff(imageType, made, { name })).changes, false);
        await client.delete(imageType, made);
      }
    });
  });

  it('takes the login of a config file when registryAuth names only the address', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), `${prefix}-config-`));
    const configFile = path.join(folder, 'config.json');
    const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    writeFileSync(configFile, JSON.stringify({ auths: { [registry.address]: { auth } } }));
    await using({ configFile }, async (client) => {
      const made = await client.create(imageType, { name: `${registry.address}/sluice-test:1` });
      await client.delete(imageType, made);
    });
    rmSync(folder, { recursive: true });
  });

  it('getRegistryImage answers the digest, or that the login is wrong', async () => {
    const token = 'docker:index/getRegistryImage:getRegistryImage';
    const address = `http://${registry.address}`;
    await using({ ...login, address }, async (client) => {
      const found = await client.invoke(token, { name: `${registry.address}/sluice-test:1` });
      assert.deepEqual([found['sha256Digest'], found['id']], [registry.digest, registry.digest]);
      assert.equal(holdsSecret(found), false);
      await assert.rejects(
        client.invoke(token, { name: `${registry.address}/sluice-test:2` }),
        /got bad response from registry: 404/,
      );
    });
    await using({ username: 'anna', password: 'wrong-one', address }, async (client) => {
      await assert.rejects(client.invoke(token, { name: `${registry.address}/sluice-test:1` }), /bad credentials: 401/);
    });
  });
});
