import assert from 'node:assert/strict';
import { catalogue, waysOf, type ItemName } from '../../toolchain/catalogue';
import { lacking, type ItemState } from '../../toolchain/choose';
import { closureOf } from '../../toolchain/look';

const items = catalogue({ platform: 'linux', architecture: 'x64' });

/** The catalogue as found on a machine that has only these. */
function found(...there: ItemName[]): ItemState[] {
  return items.map((item) => ({ item, present: undefined, ok: there.includes(item.name) }));
}

const others: ItemName[] = ['pulumi', 'plugins', 'registry', 'drone', 'runner', 'edge', 'node', 'tools'];

/** there; wanted; can Gogs be had → what is brought */
const table: [ItemName[], 'any' | 'gogs' | 'gitea', boolean, ItemName[]][] = [
  [[], 'any', true, ['gogs']],
  [[], 'any', false, ['gitea']],
  [['gitea'], 'any', true, []],
  [['gogs'], 'any', false, []],
  [['gogs'], 'gitea', true, ['gitea']],
  [['gitea'], 'gogs', true, ['gogs']],
  [['gogs', 'gitea'], 'gitea', false, []],
];

describe('the git host that is brought', () => {
  for (const [there, wish, hasGogs, expected] of table)
    it(`${wish} wanted, there: ${there.join(' and ') || 'none'}, Gogs ${hasGogs ? 'can' : 'cannot'} be had`, () => {
      const names = lacking(found(...others, ...there), wish, hasGogs).map(({ name }) => name);
      assert.deepEqual(names, expected);
    });
});

describe('the catalogue', () => {
  it('has for each item an upstream way and one from registries, but Gogs', () => {
    for (const item of items) {
      assert.ok(item.part({ images: 'upstream', pulumi: 'upstream' }) !== undefined, item.name);
      const registries = item.part({ images: 'registries', pulumi: 'registries' });
      assert.equal(registries === undefined, item.name === 'gogs', item.name);
    }
  });

  it('needs no compiler and no Debian base where there are upstreams', () => {
    const parts = items.flatMap((item) => waysOf(item, 'upstream'));
    const names = closureOf(parts).map(({ name }) => name);
    for (const name of ['compilers', 'image-debian', 'gitea-server', 'plugin-bundles'])
      assert.equal(names.includes(name), false, name);
  });

  it('needs no download of an image and none from Pulumi where there are registries only', () => {
    const parts = items.flatMap((item) => waysOf(item, 'registries'));
    for (const part of closureOf(parts)) assert.equal(/pulled|download/.test(part.title), false, part.title);
  });

  it('names every image by exact version', () => {
    const images = closureOf(items.flatMap((item) => waysOf(item, 'auto'))).filter(({ kind }) => kind === 'image');
    for (const { id } of images)
      assert.match(id, /^[a-z/-]+:(v?\d+\.\d+\.\d+|debian-[0-9a-f]{12}|[a-z]+-[0-9a-f]{12})/, id);
  });

  it('takes a Pulumi of the exact version that is there already', () => {
    const [pulumi] = catalogue({ platform: 'linux', architecture: 'x64', pulumi: '/usr/local/bin' });
    assert.equal(pulumi?.elsewhere, '/usr/local/bin');
    assert.deepEqual(waysOf(pulumi, 'auto'), []);
  });

  it('puts the tools image together for the engine, which need not be this machine', () => {
    const parts = (engine?: string): string[] => {
      const tools = catalogue({ platform: 'darwin', architecture: 'arm64', engine }).find(
        ({ name }) => name === 'tools',
      );
      return closureOf(tools === undefined ? [] : waysOf(tools, 'upstream')).map(({ id }) => id);
    };
    const client = (ids: string[]): string | undefined => ids.find((id) => id.startsWith('docker-client-'));
    assert.ok(parts().some((id) => id.startsWith('pulumi-linux-arm64-')));
    assert.ok(parts('amd64').some((id) => id.startsWith('pulumi-linux-x64-')));
    assert.notEqual(client(parts('amd64')), client(parts('arm64')));
    assert.equal(client(parts()), client(parts('arm64')));
  });

  it('builds the tools image from what was chosen for the rest', () => {
    const tools = items.find(({ name }) => name === 'tools');
    assert.ok(tools);
    const names = (images: 'upstream' | 'registries'): string[] =>
      closureOf([tools.part({ images, pulumi: 'registries' })].filter((part) => part !== undefined)).map(
        ({ id }) => id,
      );
    assert.ok(names('upstream').some((id) => id.startsWith('node:')));
    assert.ok(names('registries').some((id) => id.startsWith('sluice/node:')));
  });
});
