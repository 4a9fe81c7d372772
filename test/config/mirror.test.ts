import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { neededMirror } from '../../operations/needed-items';
import { projectRoot } from '../../base/paths';
import { chooseImages } from '../../stacks/images';
import { filesOf, parseProject, projectSchema, sample, type Project } from '../errors/project';
import { tells } from '../errors/told';
import type { StackFile } from '../../config/stack';
import { parseStacks } from '../../config/stacks';
import { throughMirror } from '../../toolchain/image-mirror';

const withMirror = (imageMirror: string, more: Project = {}): Project => {
  const { platform, ...others } = sample();
  return { platform: { ...platform, imageMirror }, ...others, ...more };
};
const platformOf = (stacks: readonly StackFile[]) => {
  const config = stacks.find(({ name }) => name === 'platform')?.config;
  assert.ok(config?.role === 'platform');
  return config;
};

describe('a mirror in front of images', () => {
  it('is a host, with or without a path', () => {
    for (const mirror of [
      '',
      'mirror.example.com',
      'mirror.example.com:5000',
      'localhost:5000/hub',
      'localhost',
      'nexus:8443',
      'harbor.example.com/dockerhub',
      'artifactory.example.com/docker-remote/hub',
      '123456789012.dkr.ecr.eu-central-1.amazonaws.com/docker-hub',
      'gitlab.example.com/group/dependency_proxy/containers',
    ]) {
      assert.equal(platformOf(parseProject(withMirror(mirror))).imageMirror, mirror);
    }
  });

  it('is refused where it is anything else', () => {
    for (const mirror of [
      'https://mirror.example.com',
      'mirror.example.com/',
      'mirror',
      'mirror/hub',
      'mirror.example.com/Hub',
      'mirror.example.com//hub',
      'mirror.example.com/hub:latest',
      'mirror.example.com/hub@sha256',
      'Mirror.example.com',
      '.example.com',
      'user:password@mirror.example.com',
      'a b.example.com',
      'docker.io',
      'registry-1.docker.io/library',
    ]) {
      assert.throws(() => parseProject(withMirror(mirror)), tells('mirrorMalformed'), mirror);
    }
  });

  it('may be a variable of the CI, and is none where that is not set', () => {
    const files = filesOf(withMirror('$IMAGE_MIRROR'));
    const set = parseStacks(projectSchema, files, { IMAGE_MIRROR: 'mirror.example.com' });
    assert.equal(neededMirror(set), 'mirror.example.com');
    assert.equal(neededMirror(parseStacks(projectSchema, files, {})), '');
  });

  it('is one for all platforms of a machine', () => {
    const second = { role: 'platform', prefix: 'other', gitHostPort: 3001, dronePort: 3081, registryPort: 5501 };
    const both = (first: string, other: string): StackFile[] =>
      parseProject(withMirror(first, { second: { ...second, imageMirror: other } }));
    assert.throws(() => both('a.example.com', 'b.example.com'), tells('twoMirrors'));
    assert.equal(neededMirror(both('a.example.com', 'a.example.com')), 'a.example.com');
    assert.equal(neededMirror(both('', 'b.example.com')), 'b.example.com');
    assert.equal(neededMirror(parseProject(sample())), '');
  });

  it('leaves alone what somebody names by hand', () => {
    const config = platformOf(parseProject({ ...withMirror('mirror.example.com') }));
    const found = { gogs: 'mirror.example.com/gogs/gogs:1', registry: 'r', drone: 'd', runner: 'u', clone: 'c' };
    const images = { edge: 'haproxy:2.8', node: 'quay.io/node:1', tools: 't' };
    const chosen = chooseImages({ ...config, images }, found);
    assert.deepEqual(
      [chosen.edge, chosen.node, chosen.gitHost.image],
      ['haproxy:2.8', 'quay.io/node:1', 'mirror.example.com/gogs/gogs:1'],
    );
  });

  it('does what its page says', () => {
    const page = fs.readFileSync(path.join(projectRoot, 'docs', 'registries.md'), 'utf8');
    const [section = ''] = page.split('\n## A mirror in front of all images\n')[1]?.split('\n## ') ?? [];
    const mirror = /^ {4}sluice:imageMirror: (\S+)$/m.exec(section)?.[1] ?? '';
    assert.equal(platformOf(parseProject(withMirror(mirror))).imageMirror, 'harbor.example.com/dockerhub');
    const rows = [...section.matchAll(/^\| `(\S+)` \| `(\S+)` \|$/gm)].map((match) => match.slice(1));
    assert.deepEqual(
      rows.map(([reference = '']) => [reference, throughMirror(reference, mirror)]),
      rows,
    );
    assert.equal(rows.length, 4);
    const kinds = [...section.matchAll(/^\| [^`|]+ \| `([^`]+)`/gm)].map(([, example = '']) => example);
    assert.equal(kinds.shift(), 'imageMirror');
    assert.equal(kinds.length, 5);
    for (const kind of kinds) parseProject(withMirror(kind.replaceAll(/<[^>]+>/g, 'a')));
  });
});
