import { dependencies } from '../../package.json';
import { quoted } from '../../base/command';
import { html, type Html } from '../../base/html';
import type { EvidenceFile } from '../../targets/evidence-files';
import { linked } from './link';

/** Whether a file of the evidence is a trace that a browser check has recorded. */
export function isTrace(name: string): boolean {
  return /(^|\/)trace[^/]*\.zip$/.test(name);
}

/** The traces of browser checks, and what opens them. */
export function tracesOf(files: readonly EvidenceFile[]): Html[] {
  return files
    .filter(({ name }) => isTrace(name))
    .map(
      ({ name }) =>
        html`<h3>Trace: all that the browser did, step by step</h3>
          <p>${linked(name)} opens with this, typed in the folder of this page:</p>
          <pre><code>${traceCommand(name)}</code></pre>
          <p>
            Or drop the file onto <a href="https://trace.playwright.dev">trace.playwright.dev</a>: it is read in your
            browser and sent nowhere.
          </p> `,
    );
}

/** What opens a trace, of the version of Playwright that has recorded it. @param file its path, as it is to be typed */
export function traceCommand(file: string): string {
  return `npx --yes playwright-core@${dependencies['playwright-core']} show-trace --port 0 ${quoted(file)}`;
}
