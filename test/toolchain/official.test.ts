import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { officialImages } from '../../toolchain/items/official-images';
import { closureOf } from '../../toolchain/look';
import { asRun, officialAccounts, type OfficialImage } from '../../toolchain/official';
import { versions } from '../../toolchain/versions';

type Name = keyof typeof officialAccounts;
const accounts: Record<Name, OfficialImage> = officialAccounts;
const names = Object.keys(accounts) as Name[];

/** Numbers of the users and groups that Dockerfiles name. */
const users: Record<string, string> = { haproxy: '99:99' };

/** What a Dockerfile's last stage says of the image. */
function read(folder: string) {
  const text = fs.readFileSync(path.join(projectRoot, 'toolchain', 'images', folder, 'Dockerfile'), 'utf8');
  const lines = text.slice(text.lastIndexOf('\nFROM ')).split('\n');
  const last = (word: string): string | undefined =>
    lines
      .filter((line) => line.startsWith(`${word} `))
      .at(-1)
      ?.slice(word.length + 1);
  const list = (word: string): string[] => JSON.parse(last(word) ?? '[]') as string[];
  const user = last('USER') ?? '0:0';
  return {
    text,
    user: users[user] ?? user,
    entrypoint: list('ENTRYPOINT'),
    command: list('CMD'),
    volumes: list('VOLUME').sort(),
    ports: (last('EXPOSE') ?? '').split(' ').filter(Boolean).map(Number),
  };
}

describe('the account of the official images', () => {
  it('is of exactly those that are pulled, by the versions that are pinned', () => {
    assert.deepEqual(names.slice().sort(), Object.keys(officialImages()).sort());
    const pulled = closureOf(Object.values(officialImages())).filter(({ title }) => title.endsWith(', pulled'));
    assert.deepEqual(
      pulled.map(({ id }) => id).sort(),
      [...names.map((name) => accounts[name].reference), `alpine:${versions.alpine}`].sort(),
    );
    assert.deepEqual(
      names.map((name) => accounts[name].reference.replace(/^.*:([\d.]+).*$/, '$1')),
      [
        versions.registry.upstream,
        versions.gogs,
        versions.gitea,
        versions.drone.upstream,
        versions.runner,
        versions.haproxy,
        versions.node,
        versions.dockerClient,
      ],
    );
  });

  it('names a source for each, and both architectures', () => {
    for (const name of names) {
      assert.ok(
        accounts[name].sources.some(({ path: file }) => file.includes('Dockerfile')),
        name,
      );
      assert.deepEqual(accounts[name].architectures, ['amd64', 'arm64'], name);
    }
  });
});

/** The images that we build instead, and where they differ from the official ones on purpose. */
const ours: [Name, string, Partial<ReturnType<typeof read>>][] = [
  ['registry', 'registry', { user: '1000:1000' }],
  ['gitea', 'gitea', {}],
  ['drone', 'drone', {}],
  ['runner', 'runner', {}],
  ['edge', 'edge', {}],
  ['node', 'node', {}],
];

describe('our own build', () => {
  for (const [name, folder, differs] of ours) {
    it(`of ${name} is laid out as the official image`, () => {
      const { text, ...found } = read(folder);
      const { user, entrypoint, command, volumes, ports } = accounts[name];
      assert.match(text, /^LABEL sluice.item=/m);
      assert.deepEqual(found, { user, entrypoint, command, volumes: Object.keys(volumes).sort(), ports, ...differs });
    });
  }
});

describe('what is made from an official image', () => {
  it('gives the registry’s store to the user that it runs as', () => {
    const { text, user } = read('registry-upstream');
    const run = asRun(accounts.registry);
    assert.equal(user, run.user);
    for (const [folder, owner] of Object.entries(run.volumes)) assert.ok(text.includes(`chown ${owner} ${folder}`));
  });

  it('puts the runner’s program, and nothing else of it, on Alpine', () => {
    const { text, entrypoint, ports } = read('runner-upstream');
    assert.deepEqual({ entrypoint, ports }, { entrypoint: accounts.runner.entrypoint, ports: accounts.runner.ports });
    assert.deepEqual(text.match(/^COPY .*$/gm), [
      'COPY --from=official /bin/drone-runner-docker /bin/drone-runner-docker',
    ]);
  });
});
