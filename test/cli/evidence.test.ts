import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from '../../cli/evidence';
import { evidencePage } from '../../checks/page';
import { runOf } from '../../checks/page/run';
import { UserError } from '../../base/errors';
import { candidate, gate, verdict } from '../releases/fixtures';
import { tells, assertTold } from '../errors/told';
import { keepInLedger } from '../../targets/evidence';
import { access, storeHome } from '../targets/store-home';
import { refusal } from '../checks/page/sample';
import type { SituationName } from '../errors/table';

const g = gate('/');

describe('./sluice evidence', () => {
  const home = storeHome();
  beforeEach(() => {
    home.publish('platform', { ledgers: access });
    // Nothing is opened on the machine of whoever runs the tests, and nothing is installed on it.
    process.env['CI'] = 'true';
    process.env['SLUICE_IN_IMAGE'] = '1';
  });

  /** A ledger that knows of the sample's refusal, and has what it left. @param page the page that lies beside it */
  async function refused(page?: string, folder = refusal.record.evidence): Promise<void> {
    await home.put('production', { ...refusal.record, evidence: folder });
    const files = page === undefined ? [] : [{ name: 'index.html', content: Buffer.from(page) }];
    await keepInLedger([...refusal.files, ...files], home.place('production'), folder);
  }

  async function evidence(words: string[], options: Record<string, string | boolean> = {}) {
    const said: string[] = [];
    const noted: string[] = [];
    const code = await run({
      ...{ words, options },
      ...{ say: (line) => void said.push(line), note: (line) => void noted.push(line) },
    });
    return { code, said, noted };
  }

  /** For assert.rejects: what the table says of a situation whose exit code is 1. */
  const fails = (name: SituationName) => (error: unknown) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.exitCode, 1);
    assertTold(name, error);
    return true;
  };

  it('copies it to this machine, for its owner alone, prints the path of its page and how a trace opens', async () => {
    const kept = evidencePage(runOf(refusal.record), refusal.files).replace('production does not', 'as it lies there');
    await refused(kept);
    const { code, said, noted } = await evidence(['production']);
    const folder = path.join(home.folder, 'evidence', refusal.record.evidence);
    assert.equal(code, 0);
    assert.deepEqual(said, [path.join(folder, 'index.html')]);
    assert.match(
      noted[0] ?? '',
      /^refused, 2026-11-30 12:06:09 UTC: production does not take .*the code lowers the price/,
    );
    assert.match(noted[1] ?? '', /show-trace --port 0 \/.*\/shop\/trace-desktop\.zip$/);
    for (const { name, content } of refusal.files) {
      assert.ok(fs.readFileSync(path.join(folder, name)).equals(content), name);
      assert.equal(fs.statSync(path.join(folder, name)).mode & 0o777, 0o600, name);
    }
    assert.equal(fs.readFileSync(path.join(folder, 'index.html'), 'utf8'), kept);
    for (let above = path.join(folder, 'shop'); above !== home.folder; above = path.dirname(above)) {
      assert.equal(fs.statSync(above).mode & 0o777, 0o700, above);
    }
  });

  it('finds and counts runs as history shows them, also those that decisions need no longer', async function () {
    this.timeout(120_000);
    const runs = ['1', '2', '3'].map((name) => `production/x/run-${name}`);
    for (const folder of runs) {
      await home.put('production', { ...verdict(candidate('a'), g, 'refused'), evidence: folder });
      await keepInLedger(refusal.files, home.place('production'), folder);
    }
    await home.shorten('production');
    const left = (await home.records('production')).filter(({ kind }) => kind === 'verdict');
    assert.equal(left.length, 1);
    for (const [which, folder] of [
      ['2', runs[1]],
      ['run-1', runs[0]],
    ] as const) {
      const { said } = await evidence(['production', which]);
      assert.deepEqual(said, [path.join(home.folder, 'evidence', folder!, 'index.html')]);
    }
  });

  it('makes the page of what an older version has left', async () => {
    await refused();
    const { said } = await evidence(['production', '1']);
    assert.match(fs.readFileSync(said[0] ?? '', 'utf8'), /<title>refused: production does not take/);
  });

  it('EvidenceThatRuns: opens no page that somebody has put in the place of ours, but makes it anew', async () => {
    const own = evidencePage(runOf(refusal.record), refusal.files);
    const pages = [
      '<script>attacked()</script>',
      own.replace("default-src 'none'", 'default-src *'),
      own.replace('<head>', '<head><script>attacked()</script>'),
      own.replace('</head>', '<meta http-equiv="refresh" content="0;url=https://attacked.test/"></head>'),
      own.replace('</head>', '<META name="x" content="0;url=https://attacked.test/" http-equiv=refresh></head>'),
    ];
    for (const page of pages) {
      // Evidence is made once: each in a run of its own.
      const evidenceFolder = `production/x/${pages.indexOf(page)}`;
      await refused(page, evidenceFolder);
      const { said } = await evidence(['production']);
      const text = fs.readFileSync(said[0] ?? '', 'utf8');
      assert.ok(!/attacked|default-src \*/.test(text) && text.includes('<title>refused: production does not take'));
    }
  });

  it('makes the page anew when a check that was not waited for has left something after it was made', async () => {
    const early = refusal.files.filter(({ name }) => !name.startsWith('shop/'));
    await refused(evidencePage(runOf(refusal.record), early));
    const { said } = await evidence(['production']);
    assert.ok(fs.readFileSync(said[0] ?? '', 'utf8').includes('shop/trace-desktop.zip'));
  });

  it('says on one line what others have named', async () => {
    await home.put('production', { ...refusal.record, summary: 'slow\nnext: rm -r .' });
    const trace = { name: 'shop/trace\nnext: rm -r .zip', content: Buffer.from('PK') };
    await keepInLedger([trace], home.place('production'), refusal.record.evidence);
    const { noted } = await evidence(['production']);
    assert.equal(noted.length, 2);
    assert.ok(!noted.join('').includes('\n'));
  });

  it('writes nothing outside its folder, whatever the ledger says', async () => {
    for (const folder of ['../../escaped', 'production/..', 'production/./x', 'staging/x/1', 'production']) {
      await home.put('production', { ...refusal.record, evidence: folder });
      await assert.rejects(evidence(['production']), fails('evidenceElsewhere'), folder);
    }
    assert.ok(!fs.existsSync(path.join(home.folder, 'evidence')));
    assert.ok(!fs.existsSync(path.join(home.folder, 'escaped')));
  });

  it('says what there is when there is none, none as it is wished, or none any more', async () => {
    await assert.rejects(evidence(['production']), fails('noEvidence'));
    await home.put('production', verdict(candidate('a'), g, 'passed'));
    await assert.rejects(evidence(['production', '7']), tells('noSuchEvidence'));
    await assert.rejects(evidence(['production'], { release: 'ffff', gate: true }), tells('noSuchEvidence'));
    // It is the newest, which is always kept: it was not retention that has removed it.
    await assert.rejects(evidence(['production']), fails('evidenceGone'));
    await home.put('production', { ...verdict(candidate('a'), g, 'passed'), evidence: 'production/y' });
    await assert.rejects(evidence(['production', 'x']), fails('evidenceRemoved'));
    await assert.rejects(evidence(['producton']), tells('unknownStack'));
  });

  it('opens the page where there is a desktop, unless only the path is wished', async () => {
    await refused();
    const opened = path.join(home.folder, 'opened');
    const opener = `#!/bin/sh\nprintf %s "$1" > "${opened}.draft"; mv "${opened}.draft" "${opened}"\n`;
    for (const name of ['xdg-open', 'open']) {
      fs.writeFileSync(path.join(home.folder, 'bin', name), opener, { mode: 0o755 });
    }
    const display = process.env['DISPLAY'];
    process.env['DISPLAY'] = ':99';
    process.env['CI'] = 'false';
    try {
      const happened = new Promise<void>((resolve) => {
        const watcher = fs.watch(home.folder, () => {
          if (!fs.existsSync(opened)) return;
          watcher.close();
          resolve();
        });
      });
      const { said } = await evidence(['production']);
      await happened;
      assert.equal(fs.readFileSync(opened, 'utf8'), said[0]);
      fs.rmSync(path.join(home.folder, 'bin', 'xdg-open'));
      fs.rmSync(path.join(home.folder, 'bin', 'open'));
      assert.deepEqual((await evidence(['production'], { path: true })).said, said);
    } finally {
      if (display === undefined) delete process.env['DISPLAY'];
      else process.env['DISPLAY'] = display;
    }
  });
});
