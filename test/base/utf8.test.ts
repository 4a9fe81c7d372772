import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { projectRoot } from '../../base/paths';
import { badLine } from '../../base/utf8';
import { run } from '../../cli/compose';
import { readStacks } from '../../config/stacks';
import { tells } from '../errors/told';

describe('bytes that are no text', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-utf8-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('are found in their line, and no text is taken for them', () => {
    const cases: [Buffer, number | undefined][] = [
      [Buffer.from(''), undefined],
      [Buffer.from('\ufeffa: ü\r\nb: \ufffd €\n'), undefined],
      [Buffer.from('a\nb\ncaf\u00e9', 'latin1'), 3],
      [Buffer.from('a\n\0\n'), 2],
      [Buffer.concat([Buffer.from('a\n'), Buffer.from('€').subarray(0, 2)]), 2],
    ];
    for (const [bytes, line] of cases) assert.equal(badLine(bytes), line);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(badLine(Buffer.from(text.replaceAll('\0', ' '))), undefined);
      }),
    );
  });

  it('are refused in a stack file', () => {
    fs.copyFileSync(path.join(projectRoot, 'Pulumi.yaml'), path.join(folder, 'Pulumi.yaml'));
    fs.writeFileSync(path.join(folder, 'Pulumi.staging.yaml'), Buffer.from('config: {} # caf\u00e9\n', 'latin1'));
    assert.throws(() => readStacks(folder), tells('stackFileNotUtf8'));
    assert.throws(() => readStacks(folder), {
      message: 'Pulumi.staging.yaml, line 1: it holds a byte that is no UTF-8',
    });
  });

  it('are refused in a compose file that is to be pinned, which stays as it is', async () => {
    const file = path.join(folder, 'compose.yaml');
    const bytes = Buffer.from('services:\n  db: { image: postgres } # caf\u00e9\n', 'latin1');
    fs.writeFileSync(file, bytes);
    const said: string[] = [];
    const say = (line: string): void => void said.push(line);
    const call = { words: ['pin', file], options: {}, say, note: say };
    await assert.rejects(run(call), tells('stackFileNotUtf8'));
    assert.deepEqual([said, fs.readFileSync(file)], [[], bytes]);
  });
});
