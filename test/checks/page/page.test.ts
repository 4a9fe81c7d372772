import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { evidencePage } from '../../../checks/page';
import { runOf } from '../../../checks/page/run';
import type { TakenBackRecord, UnhealthyRecord } from '../../../releases/ledger';
import { pass, refusal } from './sample';

const page = ({ record, files }: typeof pass, o: Parameters<typeof evidencePage>[2] = {}): string =>
  evidencePage(runOf(record), files, o);

/** Texts in the order in which they stand in a page. @throws when one is not there */
function assertInOrder(text: string, ...words: string[]): void {
  const places = words.map((word) => {
    assert.ok(text.includes(word), `${word} is not there`);
    return text.indexOf(word);
  });
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
}

describe('the page of a gate', () => {
  it('tells what was asked, by whom, when, and what it was built from', () => {
    const text = page(refusal);
    for (const words of [
      '<title>refused: production does not take discounts 9f3c1a2b</title>',
      '<dd>staging</dd>',
      '<dd>pipeline sluice/discounts 12 (drone:ann)</dd>',
      '<dd>2026-11-30 12:06:09 UTC</dd>',
      '<dd>10.4 s</dd>',
      '<bdi>Let savings save, but only for the rich</bdi>',
      'title="9f3c1a2b7d4e5f60718293a4b5c6d7e8f9012345"',
      'title="sha256:3f2a91c0d4e5b8476a1e0f9d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6f7"',
    ])
      assert.ok(text.includes(words), words);
    assert.match(page(pass), /<title>passed: production may take discounts 4b7e0d12<\/title>/);
  });

  it('begins with what failed: the check, its step, the picture of that', () => {
    assertInOrder(
      page(refusal),
      '<span class="type">(browser)</span>',
      'the code lowers the price</p>',
      'step 4 of 4, 5.13 s',
      'alt="Screenshot after step 4 of shop, “the code lowers the price”, which did not pass"',
      'the shop lists products with pictures and prices</p>',
      'shop/check.log',
      '<span class="type">(http)</span>',
    );
  });

  it('has the pictures within itself, those of steps that failed before all others, and leads to what is too much', () => {
    const all = page(refusal);
    assert.equal(all.match(/<img src="data:image\/png;base64,/g)?.length, 3);
    // Any one of them fits.
    const size = Math.max(...refusal.files.map(({ name, content }) => (name.endsWith('.png') ? content.length : 0)));
    const small = page(refusal, { mostBytes: size });
    assert.equal(small.match(/<img src=/g)?.length, 1);
    assert.match(small, /<img src="data:image\/png;base64,[^"]*" alt="Screenshot after step 4 /);
    assertInOrder(small, '<img src="data:image/png', 'which did not pass"', '(beside this page)');
    assert.ok(small.includes('<a href="./shop/01-desktop-the-shop-lists-products-with-pictures-and-prices.png">'));
  });

  it('takes for a picture what is one, whatever its name says', () => {
    const files = [
      { name: 'shop/a.png', content: Buffer.from('<svg onload="alert(1)"/>') },
      { name: 'shop/b.svg', content: Buffer.from('<svg onload="alert(1)"/>') },
    ];
    assert.ok(!page({ ...pass, files }).includes('<img'));
  });

  it('names what a browser would run, and does not lead to it', () => {
    const names = ['report.html', 'a.xhtml', 'picture.SVG', 'app.js', 'x.mjs', 'all.mht', 'data.xml', 'b.xht', 'c.rdf'];
    names.push('d.atom', 'e.html ', 'f.url', 'g.desktop', 'h.sh', 'plain');
    const files = names.map((name) => ({ name: `shop/${name}`, content: Buffer.from('<script>alert(1)</script>') }));
    const text = page({ ...pass, files: [...pass.files, ...files] });
    for (const name of names) assert.ok(text.includes(`shop/${name}`) && !text.includes(`href="./shop/${name}`), name);
    assert.ok(text.includes('href="./shop/check.log"'));
  });

  it('says how the trace is opened, of the version that has recorded it', () => {
    assert.match(page(refusal), /npx --yes playwright-core@\d+\.\d+\.\d+ show-trace --port 0 shop\/trace-desktop\.zip/);
    assert.ok(!page(pass).includes('show-trace'));
  });

  it('believes the record and not the evidence, and shows checks that gave no verdict', () => {
    const { record, files } = pass;
    const checks = [
      { name: 'shop', verdict: 'unknown' as const, summary: 'its verdict was pass, but its exit code 1' },
      { name: 'late', verdict: 'unknown' as const, summary: 'its container did not end within 60 s and was killed' },
    ];
    const text = page({ record: { ...record, verdict: 'unknown', checks }, files });
    assert.ok(text.includes('its verdict was pass, but its exit code 1'));
    assert.ok(text.includes('its container did not end within 60 s and was killed'));
    assert.match(
      text,
      /<section class="unknown">\s*<div class="title">\s*<span class="badge">\? unknown<\/span>\s*<h2>shop/,
    );
  });

  it('has no check on it that nobody has run: a verdict in a folder that a check has made itself', () => {
    const forged = { ...{ name: 'sub', type: 'http', verdict: 'fail', summary: 'forged' }, steps: [], files: [] };
    const verdict = { ...forged, startedAt: '', finishedAt: '' };
    const files = [...pass.files, { name: 'shop/sub/verdict.json', content: Buffer.from(JSON.stringify(verdict)) }];
    const text = page({ ...pass, files });
    assert.ok(!text.includes('forged') && text.includes('href="./shop/sub/verdict.json"'));
  });

  it('is made of checks and services of any name', () => {
    const { record, files } = pass;
    const named = (name: string) => name.replace('shop', 'constructor');
    const text = page({
      record: {
        ...record,
        ...{ gate: { checks: [] }, digests: { constructor: 'sha256:1' } },
        checks: record.checks.map((check) => ({ ...check, name: named(check.name) })),
      },
      files: files.map((file) => ({ ...file, name: named(file.name) })),
    });
    assert.match(text, /<h2>constructor <span class="type">\(browser\)/);
    assert.ok(text.includes('<dd>constructor sha256:1</dd>'));
  });

  it('may run nothing and load nothing: its policy knows its own style sheet only', () => {
    const text = page(refusal);
    const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(text)?.[1];
    assert.equal(
      policy,
      `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    assert.ok(text.indexOf('Content-Security-Policy') < text.indexOf('<style>'));
    assert.ok(!/<script|<link|style="|\bon\w+="/i.test(text));
  });

  it('has no secret, no login and no signed address on it', () => {
    const signed = 'https://bucket.s3.amazonaws.com/shot.png?X-Amz-Credential=AKIA1&X-Amz-Signature=abc123';
    const lines = [
      'token s3cr3t&<x> and in a query s3cr3t%26%3Cx%3E',
      `fetched ${signed} at last`,
      'GET https://ann:hunter2@example.com/a?page=2',
      'GET https://store.blob.core.windows.net/a?sv=1&sig=zzz9',
    ];
    const { record, files } = refusal;
    const log = { name: 'shop/output.log', content: Buffer.from(lines.join('\n')) };
    const summary = `seen s3cr3t&<x> at ${signed}`;
    const text = page({ record: { ...record, summary }, files: [...files, log] }, { secrets: ['s3cr3t&<x>'] });
    for (const word of ['s3cr3t', 'AKIA1', 'abc123', 'hunter2', 'zzz9']) assert.ok(!text.includes(word), word);
    for (const word of ['https://bucket.s3.amazonaws.com/shot.png?(hidden) at last', '@example.com/a?page=2'])
      assert.ok(text.includes(word), word);
  });

  it('has none of them however a program has written it: in colour, in JSON, in HTML, without a host', () => {
    const lines = [
      '\u001b[32mhttps://ann:hunter2@h/coloured\u001b[0m',
      'https://ann:hunter2@hunter2@h/twice',
      "https://ann:it'shunter2@h/apostrophe",
      '"https:\\/\\/ann:hunter2@h\\/php"',
      '{"go":"https://b/x?X-Amz-Algorithm=a\\u0026X-Amz-Signature=hunter2"}',
      '<a href="https://b/x?a=b&amp;X-Amz-Signature=hunter2">html</a>',
      'GET /x?X-Amz-Algorithm=a&X-Amz-Signature=hunter2 path',
      'https://h/login#state=1&access_token=hunter2 fragment',
      'https://h/x?x-oss-signature=hunter2&X-Amz-Security-Token=hunter2 others',
      'https://h/x?private_token=hunter2&api_key=hunter2 tokens',
      '/login/https%3A%2F%2Fb%2Fx%3FX-Amz-Signature%3Dhunter2 nested',
      'the known\u001b[0m-secret',
    ];
    const log = { name: 'shop/output.log', content: Buffer.from(lines.join('\n')) };
    const text = page({ ...refusal, files: [log] }, { secrets: ['known-secret'] });
    for (const word of ['hunter2', 'known-secret']) assert.ok(!text.includes(word), text.slice(text.indexOf('<pre>')));
    assert.ok(text.includes('https://(hidden)@h/coloured') && text.includes('GET /x?(hidden) path'));
  });

  it('is made in no time of a log of 10 MB, whatever its lines are', () => {
    for (const each of ['a.', 'https://', '?token', '://a@', '\\u0026sig-']) {
      const content = Buffer.from(each.repeat(10_000_000 / each.length));
      const before = process.cpuUsage().user;
      page({ ...refusal, files: [{ name: 'shop/output.log', content }] });
      const seconds = (process.cpuUsage().user - before) / 1e6;
      assert.ok(seconds < 10, `${each}: ${seconds} s`);
    }
  });

  it('cuts what no step is called and nobody reads to the end', () => {
    const steps = [{ name: 'n'.repeat(1e6), ok: false, seconds: 1, problem: 'p'.repeat(1e7) }];
    const said = {
      name: 'shop',
      type: 'browser',
      verdict: 'fail',
      summary: '',
      startedAt: '',
      finishedAt: '',
      files: [],
    };
    const files = [{ name: 'shop/verdict.json', content: Buffer.from(JSON.stringify({ ...said, steps })) }];
    const text = page({ ...refusal, files });
    assert.ok(text.length < 30_000 && text.includes('p… (9996000 characters more)'));
    assert.ok(text.includes('n… (999700 characters more)') && text.includes('<summary>1 file</summary>'));
  });

  it('has the first of a great many logs on it, and leads to the others', () => {
    const content = Buffer.from('line\n'.repeat(200));
    const files = Array.from({ length: 1000 }, (_, at) => ({ name: `shop/suite-${at}.txt`, content }));
    const text = page({ ...refusal, files });
    assert.equal(text.match(/<pre>/g)?.length, 20);
    assert.ok(text.includes('980 more logs lie beside this page') && text.includes('href="./shop/suite-999.txt"'));
  });

  it('cuts a long log where its end begins, and leads to all of it', () => {
    const content = Buffer.from(Array.from({ length: 1000 }, (_, line) => `line ${line + 1}`).join('\n'));
    const text = page({ ...refusal, files: [{ name: 'shop/output.log', content }] });
    assert.ok(text.includes('800 lines before these stand in <a href="./shop/output.log">'));
    assert.ok(!text.includes('line 800\n') && text.includes('line 801\n') && text.includes('line 1000'));
  });
});

describe('the page of what an environment did by itself', () => {
  const { candidate, at, environment } = refusal.record;
  const entry = { at, environment, candidate, releases: { discounts: 'discounts-1:8080' }, evidence: 'production/x' };
  const log = { name: 'discounts.log', content: Buffer.from('2026-11-30T12:06:09Z cannot reach <db>\n') };

  it('tells that a release was taken back, why, and what serves again', () => {
    const record: TakenBackRecord = {
      ...{ ...entry, kind: 'taken-back', to: { discounts: 'discounts-0:8080' }, seconds: 4, summary: 'too slow' },
    };
    const text = evidencePage(runOf(record), [log]);
    assertInOrder(text, 'taken back', 'production has taken discounts 9f3c1a2b back', 'too slow', 'discounts-0:8080');
    assertInOrder(text, 'What the containers printed', 'cannot reach &#60;db&#62;', 'Candidate');
  });

  it('tells that a release is not well, with what it printed', () => {
    const record: UnhealthyRecord = { ...entry, kind: 'unhealthy', summary: 'discounts is unhealthy' };
    const text = evidencePage(runOf(record), [log]);
    assertInOrder(text, 'did not switch to discounts 9f3c1a2b', 'discounts is unhealthy', 'cannot reach');
  });

  it('shows the checks of a watch that were not waited for, as far as they came', () => {
    const record: TakenBackRecord = {
      ...{ ...entry, kind: 'taken-back', to: {}, seconds: 4, summary: 'discounts: 12 errors in 100 requests' },
    };
    const text = evidencePage(runOf(record), [...refusal.files, log]);
    assertInOrder(text, '12 errors in 100', 'the code lowers the price</p>', 'cannot reach', '(http)');
  });
});
