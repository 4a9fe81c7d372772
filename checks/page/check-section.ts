import { html, type Html } from '../../base/html';
import { withShortLines } from '../../base/visible';
import type { EvidenceFile } from '../../targets/evidence-files';
import { keptAs } from '../kept-verdict';
import type { Finding, NumberedStep } from './findings';
import { pictureKind } from './pictures';
import { shownTime } from './run';
import { linked } from './link';
import { tracesOf } from './traces';

/** What all sections need. */
export interface View {
  /** Addresses of the pictures that are within the page, by their files' names. */
  pictures: ReadonlyMap<string, string>;
  /** Takes out of a text what is not to be on the page. */
  redact: (text: string) => string;
}

/** Lines of a log that are on the page, its last ones, and characters of each; the file beside it has all of it. */
const MOST_LINES = 200;
const MOST_OF_LINE = 1000;
/** Logs of one check that are on the page. */
const MOST_LOGS = 20;
/** Characters of a step's name, and of what was wrong with it: a scenario may have put a whole page into either; `verdict.json` has all of it. */
const MOST_OF_NAME = 300;
const MOST_OF_PROBLEM = 4000;

const marks = { passed: '✓', refused: '✗', unknown: '?' } as const;

/** One check: what it says, its steps with those that failed first, further pictures, traces, logs and files. */
export function checkSection(check: Finding, view: View): Html {
  const { name, type, verdict, files } = check;
  const { redact } = view;
  const ofSteps = new Set(check.steps.map(({ screenshot }) => `${name}/${screenshot ?? ''}`));
  const others = files.filter((file) => !ofSteps.has(file.name) && !file.name.endsWith(`/${keptAs}`));
  const failed = check.steps.find(({ ok }) => !ok);
  return html`<section class="${verdict}">
    <div class="title">
      <span class="badge">${marks[verdict]} ${verdict}</span>
      <h2>${redact(name)} <span class="type">${type === '' ? '' : `(${redact(type)})`}</span></h2>
    </div>
    ${failed === undefined ? html`<p>${redact(check.summary)}</p>` : undefined} ${timeOf(check)}
    ${
      check.steps.length === 0
        ? undefined
        : html`<ol>
            ${check.steps.map((step) => stepItem(step, check, view))}
          </ol>`
    }
    ${picturesOf(others, view)} ${tracesOf(others)} ${logsOf(others, view, verdict !== 'passed')} ${listOf(files)}
  </section> `;
}

/** What belongs to no check: what containers have printed, above all. */
export function otherFiles(files: readonly EvidenceFile[], view: View): Html | undefined {
  if (files.length === 0) return undefined;
  return html`<section>
    <h2>What the containers printed</h2>
    ${picturesOf(files, view)} ${logsOf(files, view, true)} ${listOf(files)}
  </section> `;
}

/** When it ran, and how long. */
function timeOf({ startedAt, finishedAt }: Finding): Html | undefined {
  if (startedAt === undefined || finishedAt === undefined) return undefined;
  const seconds = Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 100) / 10;
  return html`<p class="note">${shownTime(startedAt)}${Number.isNaN(seconds) ? '' : `, ${seconds} s`}</p>`;
}

function stepItem(step: NumberedStep, { name, steps, files, verdict }: Finding, view: View): Html {
  const { number, ok, seconds, problem, screenshot } = step;
  const title = shortened(view.redact(step.name), MOST_OF_NAME);
  const tone = ok ? 'passed' : verdict === 'unknown' ? 'unknown' : 'refused';
  const file = screenshot === undefined ? undefined : files.find((each) => each.name === `${name}/${screenshot}`);
  const words = `Screenshot after step ${number} of ${name}, “${title}”, which ${ok ? 'passed' : 'did not pass'}`;
  return html`<li class="step ${tone}">
    <p><span class="mark">${marks[tone]}</span> ${title}</p>
    <p class="note">step ${number} of ${steps.length}, ${seconds} s</p>
    ${problem === undefined ? undefined : html`<p class="problem">${shortened(view.redact(problem), MOST_OF_PROBLEM)}</p>`}
    ${file === undefined ? undefined : picture(file, words, view)}
  </li> `;
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} characters more)`;
}

function picturesOf(files: readonly EvidenceFile[], view: View): Html[] {
  const pictures = files.filter((file) => pictureKind(file) !== undefined);
  return pictures.map((file) => picture(file, `Picture ${file.name}`, view));
}

/** A picture that leads to its file, or the way to one that is not within the page. */
function picture({ name }: EvidenceFile, words: string, { pictures }: View): Html {
  const address = pictures.get(name);
  if (address === undefined) return html`<p>${linked(name, words)} <span class="size">(beside this page)</span></p>`;
  return linked(name, html`<img src="${address}" alt="${words}" />`);
}

function logsOf(files: readonly EvidenceFile[], view: View, open: boolean): Html[] {
  const logs = files.filter(
    (file) => /\.(log|txt)$/.test(file.name) && pictureKind(file) === undefined && file.content.length > 0,
  );
  const more = logs.length - MOST_LOGS;
  return [
    ...logs.slice(0, MOST_LOGS).map((file) => logOf(file, view, open)),
    ...(more > 0 ? [html`<p>${more} more logs lie beside this page; the list of files leads to them.</p>`] : []),
  ];
}

function logOf({ name, content }: EvidenceFile, view: View, open: boolean): Html {
  const all = view.redact(content.toString('utf8')).trimEnd().split('\n');
  const lines = withShortLines(all.slice(-MOST_LINES).join('\n'), MOST_OF_LINE);
  const left = all.length - MOST_LINES;
  const more = left > 0 ? html`<p>${left} lines before these stand in ${linked(name)}.</p>` : undefined;
  return open
    ? html`<h3>${name}</h3>
        ${more}
        <pre>${lines}</pre>`
    : html`<details>
        <summary>${name}</summary>
        ${more}
        <pre>${lines}</pre>
      </details>`;
}

function listOf(files: readonly EvidenceFile[]): Html | undefined {
  if (files.length === 0) return undefined;
  return html`<details>
    <summary>${files.length === 1 ? '1 file' : `All ${files.length} files`}</summary>
    <ul>
      ${files.map(
        ({ name, content }) => html`<li>${linked(name)} <span class="size">${sizeOf(content.length)}</span></li>`,
      )}
    </ul>
  </details>`;
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
