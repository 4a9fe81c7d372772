import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseAptSources, sourcesList } from '../../toolchain/apt';
import { chooseGo } from '../../toolchain/items/compilers';
import { codeNameOf } from '../../toolchain/items/debian';
import { duration } from '../../toolchain/progress';
import { goBuildArguments, goModOf, goPrograms, sourceOf } from '../../toolchain/recipes/go-programs';
import { compareVersions } from '../../toolchain/version-order';

describe('the wrapper of a Go program', () => {
  it('has a go.mod with exactly what the program needs', () => {
    assert.equal(
      goModOf(goPrograms.drone),
      [
        'module sluice.invalid/wrapper',
        '',
        'go 1.25',
        '',
        'require github.com/drone/drone v1.10.1',
        '',
        'replace github.com/docker/docker => github.com/docker/engine v17.12.0-ce-rc1.0.20200309214505-aa6a9891b09c+incompatible',
        'replace github.com/h2non/gock => gopkg.in/h2non/gock.v1 v1.0.14',
        '',
        'exclude github.com/drone/drone-runtime v1.0.7-0.20190729202838-87c84080f4a1',
        '',
      ].join('\n'),
    );
  });

  it('imports the program, or is it itself', () => {
    assert.equal(
      sourceOf(goPrograms.runner),
      '//go:build tools\n\npackage wrapper\n\nimport _ "github.com/drone-runners/drone-runner-docker"\n',
    );
    assert.match(sourceOf(goPrograms.registry), /^package main\n/);
  });

  it('is compiled statically when it holds C', () => {
    assert.deepEqual(goBuildArguments(goPrograms.drone, '/out'), [
      'build',
      '-mod=mod',
      '-trimpath',
      '-buildvcs=false',
      '-tags',
      'netgo osusergo sqlite_omit_load_extension',
      '-ldflags',
      '-s -w -linkmode external -extldflags "-static"',
      '-o',
      '/out',
      'github.com/drone/drone/cmd/drone-server',
    ]);
  });

  it('never turns off the part of Drone that runners speak to', () => {
    assert.equal(goBuildArguments(goPrograms.drone, '').join(' ').includes('oss'), false);
  });
});

describe('chooseGo', () => {
  const table: [string | undefined, string][] = [
    ['go1.26.8', 'machine'],
    ['go1.26.3\n', 'machine'],
    ['go1.26.2', 'fetches'],
    ['go1.21.0', 'fetches'],
    ['go1.19.8', 'none'],
    ['devel +abc', 'none'],
    [undefined, 'none'],
  ];
  for (const [version, expected] of table)
    it(`${version?.trim() ?? 'no Go'}: ${expected}`, () => assert.equal(chooseGo(version).kind, expected));
});

describe('apt sources', () => {
  it('are those of Debian that the machine uses, each once', () => {
    const text = [
      'http://mirror.invalid/debian/|bookworm|main|Debian',
      'http://mirror.invalid/debian/|bookworm|main|Debian',
      'https://other.invalid/|nodistro|main|. nodistro',
      'http://mirror.invalid/security/|bookworm-security|main|Debian',
      '',
    ].join('\n');
    assert.equal(
      sourcesList(parseAptSources(text)),
      'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.invalid/debian/ bookworm main\n' +
        'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.invalid/security/ bookworm-security main\n',
    );
  });

  it('know their release', () => {
    assert.equal(codeNameOf('ID=debian\nVERSION_CODENAME=bookworm\n'), 'bookworm');
    assert.equal(codeNameOf(''), 'unknown');
  });
});

describe('Dockerfiles', () => {
  const images = path.resolve(__dirname, '../../toolchain/images');
  for (const name of fs.readdirSync(images)) {
    const text = fs.readFileSync(path.join(images, name, 'Dockerfile'), 'utf8');
    it(`${name}: its base comes from outside, and even half of it carries our label`, () => {
      // Files may come out of another image as well, which leaves nothing by itself.
      const other = '(ARG PROGRAM\\nFROM \\$\\{PROGRAM\\} AS official\\n)?';
      assert.match(
        text,
        new RegExp(`^# .+\\nARG BASE\\n${other}FROM \\$\\{BASE\\}\\nLABEL sluice\\.item=[a-z]+\\n`, 'm'),
      );
    });
    it(`${name}: copies only what is beside it or is staged`, () => {
      const staged = ['archives', 'registry', 'drone-server', 'drone-runner-docker', 'usr-local', 'rootless', 'gitea'];
      const tools = ['docker-client', 'pulumi', 'plugins', 'node_modules', 'program'];
      const official = text.includes(' AS official\n') ? ['--from=official'] : [];
      const known = [...fs.readdirSync(path.join(images, name)), ...staged, ...tools, ...official];
      for (const [, source] of text.matchAll(/^COPY (\S+) /gm)) assert.ok(known.includes(source ?? ''), source);
    });
  }

  for (const name of ['registry', 'edge', 'gitea'])
    it(`${name}: is not run by root`, () => {
      assert.match(fs.readFileSync(path.join(images, name, 'Dockerfile'), 'utf8'), /^USER (1000:1000|haproxy)$/m);
    });
});

describe('small things', () => {
  it('says durations as people do', () => {
    assert.deepEqual([0.4, 59.4, 60, 125, 3600, 3790].map(duration), [
      '0 s',
      '59 s',
      '1 min',
      '2 min 5 s',
      '1 h',
      '1 h 3 min',
    ]);
  });

  it('orders versions by number', () => {
    assert.ok(compareVersions('1.26.10', '1.26.9') > 0);
    assert.ok(compareVersions('20.10.24+dfsg1', '20.10.0') > 0);
    assert.ok(compareVersions('v3.9', '3.10.0') < 0);
    assert.equal(compareVersions('1.2', '1.2.0'), 0);
  });
});
