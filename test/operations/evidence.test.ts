import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { runByHand } from '../../checks/page/run';
import { keepPageHere } from '../../operations/evidence';
import { keepLocally } from '../../targets/evidence';
import { cleanUp, temporaryFolder } from '../checks/fixtures';
import { refusal } from '../checks/page/sample';

describe('the page of checks by hand', () => {
  afterEach(cleanUp);

  it('lies beside what they have left, without their secrets, and shows nothing else of the folder', () => {
    const folder = temporaryFolder();
    keepLocally([...refusal.files, { name: 'diary/notes.log', content: Buffer.from('dear diary') }], folder);
    const { checks: summaries, gate, summary } = refusal.record;
    const services = { discounts: { image: 'discounts', digest: 'sha256:ab', revision: '9f3c1a2b', message: 'Save' } };
    const asked = { environment: 'staging', verdict: 'refused' as const, summary, checks: gate.checks, summaries };
    const run = runByHand({ ...asked, services, began: new Date('2026-11-30T12:06:09.000Z') });
    keepPageHere(run, folder, ['GOODDOG15']);
    const text = fs.readFileSync(path.join(folder, 'index.html'), 'utf8');
    for (const words of [
      '<title>refused: staging fails its checks</title>',
      'the code lowers the price',
      '<bdi>Save</bdi>',
      '(browser)',
      '2026-11-30 12:06:09 UTC',
      'seen &#34;(hidden) is for orders',
      'data:image/png;base64,',
    ])
      assert.ok(text.includes(words), words);
    assert.ok(!text.includes('GOODDOG15') && !text.includes('diary'));
  });
});
