import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { catalogue } from '../../toolchain/catalogue';
import { throughMirror } from '../../toolchain/image-mirror';
import { officialImages } from '../../toolchain/items/official-images';
import { closureOf } from '../../toolchain/look';
import { officialAccounts } from '../../toolchain/official';
import type { PartContext, Part } from '../../toolchain/part';
import { versions } from '../../toolchain/versions';
import { fakeDocker, type FakeDocker } from '../actions/fake-docker';
import { temporaryFolders } from './temporary';

const mirror = 'mirror.example.com/dockerhub';
const digest = `sha256:${'a'.repeat(64)}`;

describe('the name of an image at a mirror', () => {
  for (const [reference, there] of [
    ['drone/drone:2.26.0', `${mirror}/drone/drone:2.26.0`],
    ['haproxy', `${mirror}/library/haproxy`],
    ['haproxy:3.2-alpine', `${mirror}/library/haproxy:3.2-alpine`],
    [`haproxy:3.2@${digest}`, `${mirror}/library/haproxy:3.2@${digest}`],
    [`gogs/gogs@${digest}`, `${mirror}/gogs/gogs@${digest}`],
    ['docker.io/library/node:22', `${mirror}/library/node:22`],
    ['docker.io/node:22', `${mirror}/library/node:22`],
    ['index.docker.io/drone/git:1', `${mirror}/drone/git:1`],
    ['mcr.microsoft.com/playwright:v1', 'mcr.microsoft.com/playwright:v1'],
    ['localhost/a:1', 'localhost/a:1'],
    ['registry:5000/a:1', 'registry:5000/a:1'],
  ] as const) {
    it(`of ${reference.replace(digest, 'sha256:…')} is ${there.replace(digest, 'sha256:…')}`, () => {
      assert.equal(throughMirror(reference, mirror), there);
      assert.equal(throughMirror(reference, ''), reference);
    });
  }

  it('has a host’s port, and needs no path', () => {
    assert.equal(throughMirror('drone/git:1', 'localhost:5000'), 'localhost:5000/drone/git:1');
    assert.equal(throughMirror('node:22', 'nexus.example.com'), 'nexus.example.com/library/node:22');
  });
});

/** Every image that is taken from a registry. Who adds one adds it here, and sees where it comes from. */
const all = [
  `library/registry:${versions.registry.upstream}`,
  `gogs/gogs:${versions.gogs}`,
  `gitea/gitea:${versions.gitea}-rootless`,
  `drone/drone:${versions.drone.upstream}`,
  `drone/drone-runner-docker:${versions.runner}`,
  `library/haproxy:${versions.haproxy}-alpine`,
  `library/node:${versions.node}-bookworm-slim`,
  `library/docker:${versions.dockerClient}-cli`,
  `library/alpine:${versions.alpine}`,
]
  .map((name) => `${mirror}/${name}`)
  .sort();

describe('a mirror in front of all images', () => {
  const machine = { platform: 'linux', architecture: 'x64', engine: 'amd64' } as const;
  const partsOf = (imageMirror: string, images: 'upstream' | 'registries'): Part[] =>
    closureOf(
      catalogue({ ...machine, imageMirror }).flatMap((item) => item.part({ images, pulumi: 'upstream' }) ?? []),
    ).filter(({ kind }) => kind === 'image');
  const foreign = (parts: readonly Part[]): string[] =>
    parts
      .map(({ id }) => id)
      .filter((id) => !id.startsWith('sluice/'))
      .sort();

  it('is in front of each of those that the toolchain pulls', () => {
    assert.deepEqual(foreign(partsOf(mirror, 'upstream')), all);
    assert.equal(all.length, Object.keys(officialAccounts).length + 1);
  });

  it('is nowhere where none is named, and nothing is pulled from package registries', () => {
    assert.ok(foreign(partsOf('', 'upstream')).every((id) => !id.includes(mirror)));
    assert.equal(foreign(partsOf('', 'upstream')).length, all.length);
    assert.deepEqual(foreign(partsOf(mirror, 'registries')), []);
  });

  it('makes what is made of those images something else, so that it is made again', () => {
    const made = (imageMirror: string): string[] =>
      partsOf(imageMirror, 'upstream').flatMap(({ id }) => (id.startsWith('sluice/') ? [id] : []));
    assert.ok(made('').length >= 5);
    assert.deepEqual(
      made('').filter((id) => made(mirror).includes(id)),
      [],
    );
  });

  it('is in front of what builds start from: a Dockerfile of the toolchain names no image itself', () => {
    const folder = path.join(projectRoot, 'toolchain', 'images');
    for (const name of fs.readdirSync(folder)) {
      const text = fs.readFileSync(path.join(folder, name, 'Dockerfile'), 'utf8');
      const from = [...text.matchAll(/(?:^FROM\s+|--from=|^#\s*syntax=)(\S+)/gim)].map(([, image = '']) => image);
      assert.ok(from.length > 0, name);
      const stages = [...text.matchAll(/\sAS\s+(\S+)$/gim)].map(([, stage]) => stage);
      const named = from.filter((image) => !stages.includes(image) && !['${BASE}', '${PROGRAM}'].includes(image));
      assert.deepEqual(named, [], name);
    }
  });

  describe('when they are brought', () => {
    const folder = temporaryFolders();
    let docker: FakeDocker;
    before(() => (docker = fakeDocker([])));
    after(() => docker.restore());

    it('is what docker is asked for', async () => {
      const root = folder();
      const asked: string[][] = [];
      const context = {
        layout: { root },
        store: {
          scratch: (name: string) => {
            fs.mkdirSync(path.join(root, name), { recursive: true });
            return path.join(root, name);
          },
        },
        folder: () => root,
        note: () => undefined,
        run: (_: string, args: string[]) => {
          asked.push(args);
          return Promise.resolve({});
        },
      } as unknown as PartContext;
      for (const part of closureOf(Object.values(officialImages(mirror)))) await part.make(context);
      const pulled = asked.flatMap(([verb, image = '']) => (verb === 'pull' ? [image] : []));
      assert.deepEqual(pulled.sort(), all);
      const bases = asked.flat().flatMap((word) => /^(?:BASE|PROGRAM)=(.*)$/.exec(word)?.[1] ?? []);
      assert.deepEqual(
        bases.sort(),
        all.filter((image) => /\/(registry|alpine|drone-runner-docker):/.test(image)),
      );
      // So that "forget" removes them.
      const noted = JSON.parse(fs.readFileSync(path.join(root, 'pulled.json'), 'utf8')) as string[];
      assert.deepEqual(noted.sort(), all);
    });
  });
});
