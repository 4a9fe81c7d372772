import { asItStands, html, type Html } from '../../base/html';
import type { EvidenceFile } from '../../targets/evidence-files';
import { findingsIn, type Findings } from './findings';
import { candidateTable, fact } from './candidate';
import { checkSection, otherFiles } from './check-section';
import { inlined } from './pictures';
import { inAllTexts, redactor } from './redaction';
import type { Outcome, Run } from './run';
import { policy, style } from './style';

export { pageName } from './findings';
export { isOwnPage, showsAll } from './own';
export { isTrace, traceCommand } from './traces';

/**
 * The page that shows a run's evidence, in one file that needs no other: pictures are within it, it runs nothing and asks nobody for anything.
 * All texts are escaped, and what lets somebody in somewhere is taken out.
 * @param files of the evidence; names below its folder
 * @param o.secrets whole values that are not to be on the page
 * @param o.mostBytes of pictures within the page. @default 8 MiB
 */
export function evidencePage(
  run: Run,
  files: readonly EvidenceFile[],
  o: { secrets?: readonly string[]; mostBytes?: number } = {},
): string {
  const redact = redactor(o.secrets ?? []);
  const shown = inAllTexts(run, redact);
  const { others, checks } = findingsIn(run, files);
  const pictures = inlined(inOrderOfWeight({ others, checks }), o.mostBytes);
  const view = { pictures, redact };
  const { title, tone } = { title: `${shown.outcome}: ${shown.heading}`, tone: tones[shown.outcome] };
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${asItStands(policy)}" />
        <meta name="referrer" content="no-referrer" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${asItStands(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <header class="${tone}">
            <span class="badge">${marks[tone]} ${shown.outcome}</span>
            <h1>${shown.heading}</h1>
            ${whyOf(shown)}
            <dl>${shown.facts.map(fact)}</dl>
          </header>
          ${checks.filter(({ verdict }) => verdict !== 'passed').map((check) => checkSection(check, view))}
          ${otherFiles(others, view)} ${candidateTable(shown.candidate)}
          ${checks.filter(({ verdict }) => verdict === 'passed').map((check) => checkSection(check, view))}
          <footer>
            <p>
              Sluice has made this page of the evidence beside it. It runs no script and asks no other machine for
              anything.
            </p>
          </footer>
        </main>
      </body>
    </html> `;
  return page.text;
}

/** A run's colour. */
type Tone = 'passed' | 'refused' | 'unknown';

const tones: Readonly<Record<Outcome, Tone>> = {
  passed: 'passed',
  refused: 'refused',
  'could not tell': 'unknown',
  'taken back': 'refused',
  unhealthy: 'refused',
};

/** Before each word of an outcome, for who does not tell colours apart. */
export const marks: Readonly<Record<Tone, string>> = { passed: '✓', refused: '✗', unknown: '?' };

function whyOf({ summary }: Run): Html | undefined {
  return summary === '' ? undefined : html`<p class="why">${summary}</p>`;
}

/** Pictures of steps that failed come first: for these there is always room within the page. */
function inOrderOfWeight({ checks, others }: Findings): EvidenceFile[] {
  const stepsOf = (ok: boolean) =>
    checks.flatMap((check) =>
      check.steps
        .filter((step) => step.ok === ok)
        .flatMap(({ screenshot }) => check.files.filter(({ name }) => name === `${check.name}/${screenshot ?? ''}`)),
    );
  return [...stepsOf(false), ...stepsOf(true), ...checks.flatMap(({ files }) => files), ...others];
}
