import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { runByHand, shownTime } from '../../checks/page/run';
import { keepPageHere, refuseForeignPage } from '../../operations/evidence';
import { keepLocally } from '../../targets/evidence-files';
import { cleanUp, temporaryFolder } from '../checks/fixtures';
import { refusal } from '../checks/page/sample';
import { tells } from '../errors/told';

describe('the page of checks by hand', () => {
  afterEach(cleanUp);

  it('lies beside what they have left, without their secrets, and shows nothing else of the folder', () => {
    const folder = temporaryFolder();
    const began = new Date();
    const old = { name: 'shop/trace-mobile.zip', content: Buffer.from('of an earlier run') };
    keepLocally([...refusal.files, { name: 'diary/notes.log', content: Buffer.from('dear diary') }, old], folder);
    fs.utimesSync(path.join(folder, old.name), 0, 0);
    const { checks: summaries, gate, summary } = refusal.record;
    const services = { discounts: { image: 'discounts', digest: 'sha256:ab', revision: '9f3c1a2b', message: 'Save' } };
    const asked = { environment: 'staging', verdict: 'refused' as const, summary, checks: gate.checks, summaries };
    const run = runByHand({ ...asked, services, began });
    keepPageHere(run, folder, ['GOODDOG15']);
    const text = fs.readFileSync(path.join(folder, 'index.html'), 'utf8');
    for (const words of [
      '<title>refused: staging fails its checks</title>',
      'the code lowers the price',
      '<bdi>Save</bdi>',
      '(browser)',
      shownTime(began.toISOString()),
      'seen &#34;(hidden) is for orders',
      'data:image/png;base64,',
    ])
      assert.ok(text.includes(words), words);
    assert.ok(!text.includes('GOODDOG15') && !text.includes('diary') && !text.includes('trace-mobile'));
    // Its own is written anew, and nobody else's.
    refuseForeignPage(folder);
    fs.writeFileSync(path.join(folder, 'index.html'), '<h1>My shop</h1>');
    assert.throws(() => refuseForeignPage(folder), tells('foreignPage'));
    refuseForeignPage(temporaryFolder());
  });
});
