import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { outputsOf } from '../../../operations/pulumi/outputs';

describe('what a stack has published', () => {
  const set = {
    PATH: process.env['PATH'],
    PULUMI_BACKEND_URL: process.env['PULUMI_BACKEND_URL'],
    SLUICE_HOME: process.env['SLUICE_HOME'],
  };
  let folder: string;
  let state: string;
  const calls = (): number => fs.readFileSync(path.join(folder, 'calls'), 'utf8').length;
  /** Puts a state in the place of the former one, as Pulumi does. */
  const write = (text: string): void => {
    fs.writeFileSync(`${state}.new`, text);
    fs.renameSync(`${state}.new`, state);
  };

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-outputs-'));
    state = path.join(folder, '.pulumi', 'stacks', 'sluice', 'shop.json');
    fs.mkdirSync(path.dirname(state), { recursive: true });
    // Answers what the state's file says, and counts.
    const script = `#!/bin/sh\nprintf x >> ${folder}/calls\nexec cat ${state}\n`;
    fs.writeFileSync(path.join(folder, 'pulumi'), script, { mode: 0o755 });
    process.env['PATH'] = `${folder}${path.delimiter}${set.PATH ?? ''}`;
    process.env['PULUMI_BACKEND_URL'] = pathToFileURL(folder).href;
    process.env['SLUICE_HOME'] = path.join(folder, 'home');
    write('{"serves": "one"}');
  });
  afterEach(() => {
    for (const [name, value] of Object.entries(set)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    fs.rmSync(folder, { recursive: true });
  });

  it('is asked once while the state’s file is the same, also by two at once', async () => {
    const both = await Promise.all([outputsOf('shop'), outputsOf('shop')]);
    assert.deepEqual([...both, await outputsOf('shop')], Array(3).fill({ serves: 'one' }));
    assert.equal(calls(), 1);
  });

  it('is asked anew when the file is another, however much they are alike', async () => {
    assert.deepEqual(await outputsOf('shop'), { serves: 'one' });
    write('{"serves": "two"}');
    assert.deepEqual(await outputsOf('shop'), { serves: 'two' });
  });

  it('is asked anew after an answer that failed', async () => {
    fs.writeFileSync(state, 'no JSON');
    await assert.rejects(outputsOf('shop'));
    const { atime, mtime } = fs.statSync(state);
    fs.writeFileSync(state, '{"a":1}');
    fs.utimesSync(state, atime, mtime);
    assert.deepEqual(await outputsOf('shop'), { a: 1 });
  });

  it('is nothing without a state', async () => {
    fs.rmSync(state);
    assert.equal(await outputsOf('shop'), undefined);
  });
});
