import * as assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pluginVersions } from '../../toolchain/items/plugins';
import { executablesOf } from './engine/executables';

const PROGRAM = '\x7fELF and so on';
const SCRIPT = '#!/bin/sh\n';

describe('plugins: where tests find them', () => {
  const file = process.platform === 'win32' ? 'pulumi-resource-random.exe' : 'pulumi-resource-random';
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-executables-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function put(place: string, content: string, beside?: string): string {
    const target = path.join(folder, place, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
    chmodSync(target, 0o755);
    if (beside !== undefined) writeFileSync(path.join(path.dirname(target), beside), '');
    return target;
  }
  const found = (environment: NodeJS.ProcessEnv): [string, string | undefined][] =>
    executablesOf('random', { SLUICE_CACHE: path.join(folder, 'cache'), ...environment })
      .filter(({ title }) => !title.includes('~/.pulumi'))
      .map(({ title, path: at }) => [title, at]);
  const pinned = `plugins/resource-random-v${pluginVersions()['random'] ?? ''}`;

  it('ours alone on a machine without others', () => {
    assert.deepEqual(found({}), [['ours', undefined]]);
  });

  it('official ones of the pinned version in the folders of plugins, not of another one', () => {
    const home = put(`home/${pinned}`, PROGRAM);
    const cache = put(`cache/pulumi-home/${pinned}`, PROGRAM);
    put('home/plugins/resource-random-v0.0.1', PROGRAM);
    assert.deepEqual(found({ PULUMI_HOME: path.join(folder, 'home') }), [
      ['ours', undefined],
      ['official ($PULUMI_HOME)', home],
      ["official (the toolchain's cache)", cache],
    ]);
  });

  it('one on the PATH, and the one that is named, each once', () => {
    const bin = put('bin', PROGRAM);
    const PATH = [path.join(folder, 'none'), path.dirname(bin), path.dirname(bin)].join(path.delimiter);
    assert.deepEqual(found({ PATH }), [
      ['ours', undefined],
      ['official (PATH)', bin],
    ]);
    assert.deepEqual(found({ PATH, SLUICE_TEST_PLUGIN_RANDOM: bin }), [
      ['ours', undefined],
      ['official (SLUICE_TEST_PLUGIN_RANDOM)', bin],
    ]);
  });

  it('ours, installed, is not taken for an official one', () => {
    put(`home/${pinned}`, SCRIPT);
    put(`cache/pulumi-home/${pinned}`, PROGRAM, 'plugin.cjs');
    assert.deepEqual(found({ PULUMI_HOME: path.join(folder, 'home') }), [['ours', undefined]]);
  });
});
