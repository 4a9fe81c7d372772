import assert from 'node:assert/strict';
import type { StackFile } from '../../config/stack';
import { ownStore } from '../../operations/own-store';
import { isPlatform } from '../../operations/store-now';
import { readyStores } from '../../operations/ready-stores';
import { parseProject, sample } from '../errors/project';
import { tells } from '../errors/told';
import { bucketServer, type BucketServer } from '../store/bucket-server';
import { access, storeHome } from '../targets/store-home';

/** How a platform with another state reaches the same store: its key is another. */
const other = { ...access, key: 'o'.repeat(43) };

describe('the store that a platform names', () => {
  const home = storeHome();
  let server: BucketServer;
  let store: string;
  beforeEach(async () => {
    server = await bucketServer();
    store = server.address('shop');
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'a secret of the test' });
  });
  afterEach(() => server.stop());

  const files = (named = store): StackFile[] => {
    const { platform, ...others } = sample();
    return parseProject({ platform: { ...platform, store: named }, ...others });
  };
  const own = (named?: string): Promise<void> => {
    const stacks = files(named);
    return ownStore(stacks.find(isPlatform) ?? assert.fail(), stacks);
  };
  const owned = (): string[] => [...server.objects.keys()].filter((name) => name.includes('/owners/')).sort();
  const all = ['platform', 'production', 'staging'].map((name) => `/bucket/shop/owners/${name}`);

  it('is its own from its first "up" on, with all of its environments', async () => {
    home.publish('platform', {});
    await own();
    assert.deepEqual(owned(), [], 'it has no key yet');
    home.publish('platform', { ledgers: { ...access, store } });
    await own();
    assert.deepEqual(owned(), all);
    const text = server.objects.get(all[0] ?? '')?.toString() ?? '';
    assert.doesNotMatch(text, new RegExp(access.key));
    assert.match(text, /"platform":"platform","key":"[0-9a-f]{16}","at":"20\d\d-.*","by":".+@.+"/);
    await own();
  });

  it('is refused to every other, before anything is written, also one that has no key yet', async () => {
    home.publish('platform', { ledgers: { ...access, store } });
    await own();
    for (const outputs of [{ ledgers: { ...other, store } }, {}]) {
      home.publish('platform', outputs);
      const stacks = files();
      await assert.rejects(
        readyStores(stacks, stacks, () => undefined),
        tells('storeOfAnother'),
      );
    }
    assert.deepEqual([...server.objects.keys()].sort(), all);
  });

  it('is refused where an environment alone has the same name', async () => {
    server.objects.set(all[2] ?? '', Buffer.from('what nobody can read'));
    home.publish('platform', { ledgers: { ...access, store } });
    await assert.rejects(own(), tells('storeOfAnother'));
    assert.deepEqual(owned(), [all[2]]);
  });

  it('is one platform’s when two come at the same time', async () => {
    home.publish('platform', { ledgers: { ...access, store } });
    await own();
    // The other one has looked when nothing was there: its own reading comes first.
    const objects = new Map(server.objects);
    server.objects.clear();
    home.publish('platform', { ledgers: { ...other, store } });
    const has = server.objects.has.bind(server.objects);
    let looks = 0;
    server.objects.has = (name) => {
      if (!name.includes('/owners/')) return has(name);
      looks += 1;
      if (looks === 4) for (const [each, content] of objects) server.objects.set(each, content);
      return has(name);
    };
    await assert.rejects(own(), tells('storeOfAnother'));
    assert.deepEqual(owned(), all);
  });

  it('is nobody’s beside the state, where a name is there once', async () => {
    home.publish('platform', { ledgers: access });
    await own('');
    assert.equal(await home.store.read('owners/platform'), undefined);
  });
});
