import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { evidencePage } from '../../../checks/page';
import { runOf } from '../../../checks/page/run';
import { projectRoot } from '../../../base/paths';
import type { VerdictRecord } from '../../../releases/ledger';
import { verdictOf } from '../../../releases/verdicts';
import type { EvidenceFile } from '../../../targets/evidence-files';
import { runningShop, stopShops } from '../../storedog/running';
import { cleanUp } from '../fixtures';
import { browsed } from './browsed';
import { pass, refusal } from './sample';

const axe = fs.readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
const storedog = fs.readFileSync(path.join(projectRoot, 'checks', 'scenarios', 'storedog.ts'), 'utf8');

/** The code that the shop shows is good for no basket. */
const useless = (text: string): string => {
  const [first, ...others] = JSON.parse(text) as object[];
  return JSON.stringify([{ ...first, minimumAmount: 99_999_900 }, ...others]);
};

/** A scenario that opens a page, in each colour scheme, and has this said of it there: JavaScript whose value is JSON. */
function opens(page: string, schemes: readonly ('light' | 'dark')[], says: string, media = 'screen'): string {
  return `export default async ({ page, step, expect }) => {
    const problems = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('dialog', (dialog) => { problems.push('a dialog'); void dialog.dismiss(); });
    await page.route('**/*', (route) => {
      if (route.request().url() === 'http://page.test/') return route.fulfill({ contentType: 'text/html', body: ${JSON.stringify(page)} });
      problems.push('asked for ' + route.request().url());
      return route.abort();
    });
    for (const colorScheme of ${JSON.stringify(schemes)}) {
      await step('is read, ' + colorScheme, async () => {
        await page.emulateMedia({ colorScheme, media: ${JSON.stringify(media)} });
        await page.goto('http://page.test/');
        expect(JSON.stringify(await page.evaluate(${JSON.stringify(says)})), 'what is said of it').toBe('{}');
        expect(problems.join(), 'what it has tried').toBe('');
      });
    }
  };`;
}

const accessible = `${axe};
  axe.run().then(({ violations }) =>
    Object.fromEntries(violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])])))`;

/** In the browser of the tools image. */
describe('the page of evidence in a browser', function () {
  this.timeout(240_000);
  afterEach(async () => {
    cleanUp();
    await stopShops();
  });

  /** What a gate would have recorded of the real shop, and its page. */
  async function shopPage(data?: (text: string) => string): Promise<string> {
    const shop = await runningShop(data === undefined ? {} : { data });
    const { verdict, files } = await browsed(storedog, shop.urls);
    const { record, files: health } = data === undefined ? pass : refusal;
    const said = { name: 'shop', verdict: verdictOf[verdict.verdict], summary: verdict.summary };
    const checks = record.checks.map((check) => (check.name === 'shop' ? said : check));
    assert.equal(said.verdict, record.verdict, said.summary);
    const summary = data === undefined ? record.summary : `shop: ${said.summary}`;
    return evidencePage(runOf({ ...record, checks, summary, at: verdict.startedAt }), [
      ...health.filter(({ name }) => name.startsWith('health/')),
      ...files.map((file) => ({ ...file, name: `shop/${file.name}` })),
    ]);
  }

  /** @param picture gets the screenshot, where SLUICE_PICTURES asks for the docs' */
  async function assertReadable(page: string, picture: string, first: 'light' | 'dark'): Promise<void> {
    const schemes = first === 'light' ? (['light', 'dark'] as const) : (['dark', 'light'] as const);
    const { verdict, files } = await browsed(opens(page, schemes, accessible), {}, { width: 1100, height: 1180 });
    assert.equal(verdict.verdict, 'pass', verdict.summary);
    const [shown] = verdict.steps;
    const found = files.find(({ name }) => name === shown?.screenshot);
    assert.ok(found !== undefined && found.content.length > 10_000);
    if (process.env['SLUICE_PICTURES'] !== undefined)
      fs.writeFileSync(path.join(projectRoot, 'docs', 'images', picture), found.content);
  }

  it('of a shop that works has nothing that axe finds, light and dark', async () => {
    await assertReadable(await shopPage(), 'evidence-passed.png', 'dark');
  });

  it('of a shop that is broken has nothing that axe finds, light and dark', async () => {
    await assertReadable(await shopPage(useless), 'evidence-refused.png', 'light');
  });

  it('fits a phone', async () => {
    const page = evidencePage(runOf(refusal.record), refusal.files);
    const says = `({ ...(document.documentElement.scrollWidth > innerWidth ? { wide: document.documentElement.scrollWidth } : {}) })`;
    const { verdict } = await browsed(opens(page, ['light'], says), {}, { width: 360, height: 740 });
    assert.equal(verdict.verdict, 'pass', verdict.summary);
  });

  it('is printed in light colours, with all that is folded on the screen', async () => {
    const page = evidencePage(runOf(refusal.record), refusal.files);
    const says = `(() => {
      const ground = (name) => getComputedStyle(document.querySelector(name)).backgroundColor;
      const hidden = [...document.querySelectorAll('details pre, details ul')].filter((each) => !each.checkVisibility()).length;
      return { ...(hidden > 0 ? { hidden } : {}), ...(ground('header') === 'rgb(255, 255, 255)' ? {} : { ground: ground('header') }) };
    })()`;
    const { verdict } = await browsed(opens(page, ['dark'], says, 'print'), {});
    assert.equal(verdict.verdict, 'pass', verdict.summary);
    const onScreen = await browsed(opens(page, ['light'], says), {});
    assert.match(onScreen.verdict.summary, /seen "\{\\"hidden\\":3\}"/);
  });

  it('EvidenceThatRuns: has all that others have written as text: commits, logs, names of checks, steps, services and files', async () => {
    const attack = `</title></style></pre></code>--><script>window.attacked=1</script><img src=x onerror="window.attacked=1"><b class="attack">"'\u202e`;
    const bare = attack.replaceAll('/', '\\');
    const { page, texts } = hostilePage(attack, bare);
    const says = `(() => {
      const wrong = {};
      if (window.attacked !== undefined) wrong.attacked = true;
      const made = document.querySelectorAll('script, .attack, [onerror], img:not([src^="data:"]), style ~ style').length;
      if (made > 0) wrong.made = made;
      const text = document.body.textContent + document.title + [...document.images].map(({ alt }) => alt).join();
      for (const each of ${JSON.stringify(texts)}) if (!text.includes(each)) wrong[each] = 'is not there';
      return wrong;
    })()`;
    const { verdict } = await browsed(opens(page, ['light'], says), {});
    assert.equal(verdict.verdict, 'pass', verdict.summary);
  });

  it('EvidenceThatRuns: is kept from running what would have got into it all the same: by its policy', async () => {
    const whole = evidencePage(runOf(pass.record), pass.files);
    const page = whole.replace(
      '</main>',
      '<script>window.attacked = 1</script><p id="mark" style="display: none">x</p></main>',
    );
    assert.notEqual(page, whole);
    const scenario = opens(
      page,
      ['light'],
      `({ ...(window.attacked === undefined ? {} : { attacked: 1 }), ...(document.getElementById('mark').offsetHeight > 0 ? {} : { styled: 1 }) })`,
    ).replace("page.on('console', (message) => problems.push(message.text()));", '');
    const { verdict } = await browsed(scenario, {});
    assert.equal(verdict.verdict, 'pass', verdict.summary);
  });
});

/** A page of nothing but attacks. @returns what has to be on it as text */
function hostilePage(attack: string, bare: string): { page: string; texts: string[] } {
  const step = {
    name: `${attack} step`,
    ok: false,
    seconds: 1,
    problem: `${attack} problem`,
    screenshot: `${bare} shot.png`,
  };
  const kept = {
    ...{ name: bare, type: `${attack} type`, verdict: 'fail', summary: `${attack} summary`, steps: [step], files: [] },
    ...{ startedAt: `${attack} start`, finishedAt: `${attack} end` },
  };
  const picture = refusal.files.find(({ name }) => name.endsWith('.png'))?.content ?? Buffer.alloc(0);
  const files: EvidenceFile[] = [
    { name: `${bare}/verdict.json`, content: Buffer.from(JSON.stringify(kept)) },
    { name: `${bare}/${bare} shot.png`, content: picture },
    { name: `${bare}/${bare} name.log`, content: Buffer.from(`${attack} log\n`) },
    { name: `${bare} container.log`, content: Buffer.from(`${attack} container\n`) },
    { name: `${bare}/trace-${bare}.zip`, content: Buffer.from('') },
  ];
  const release = {
    service: `${attack} service`,
    image: attack,
    digest: `sha256:${attack}`,
    revision: `${attack} revision`,
  };
  const record: VerdictRecord = {
    ...refusal.record,
    ...{ by: `${attack} by`, environment: `${attack} environment`, upstream: `${attack} upstream`, at: `${attack} at` },
    ...{
      summary: `${attack} why`,
      candidate: { x: { ...release, message: `${attack} subject` } },
      gate: { checks: [] },
    },
    checks: [{ name: bare, verdict: 'refused', summary: `${attack} of the check` }],
    digests: { [`${attack} beside`]: 'sha256:1' },
  };
  const words = [
    'step',
    'problem',
    'type',
    'log',
    'container',
    'service',
    'by',
    'environment',
    'upstream',
    'why',
    'subject',
    'start',
    'beside',
  ];
  const shown = attack.replace('\u202e', '\\u202e');
  return {
    page: evidencePage(runOf(record), files),
    texts: [...words.map((word) => `${shown} ${word}`), `${bare.replace('\u202e', '\\u202e')} name.log`],
  };
}
