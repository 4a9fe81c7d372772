import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { removeBrokenAttributes } from '../../../operations/pulumi/attributes';

describe('attributes of a folder backend', () => {
  let folder: string;
  let stacks: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-attributes-'));
    stacks = path.join(folder, '.pulumi', 'stacks', 'sluice');
    fs.mkdirSync(stacks, { recursive: true });
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('that were cut short are removed, and nothing else', () => {
    const files = {
      'staging.json': '',
      'staging.json.attrs': '{"user.content_type":"text/plain"}',
      'platform.json': '{}',
      'platform.json.attrs': '',
      'production.json.attrs': '{"user.con',
    };
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(stacks, name), text);
    const names = removeBrokenAttributes(folder).map((file) => path.basename(file));
    assert.deepEqual(names.sort(), ['platform.json', 'production.json']);
    assert.deepEqual(fs.readdirSync(stacks).sort(), ['platform.json', 'staging.json', 'staging.json.attrs']);
    assert.deepEqual(removeBrokenAttributes(folder), []);
  });

  it('of a backend that holds nothing yet are none', () => {
    assert.deepEqual(removeBrokenAttributes(path.join(folder, 'none')), []);
  });
});
