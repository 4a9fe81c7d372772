import type * as DatadogCi from '@datadog/datadog-ci-plugin-synthetics';
import { Writable } from 'node:stream';
import type { Evidence } from '../evidence';
import { Unclear } from '../outcome';
import { plain } from './errors';

/** What datadog-ci reports to: its own JUnit and JSON files in the evidence, and the check's log. */
export function reporters(ci: typeof DatadogCi, evidence: Evidence) {
  const warnings: string[] = [];
  const note = (text: string) => {
    const line = plain(text);
    if (line !== '') evidence.note(`datadog-ci: ${line}`);
  };
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      note(chunk.toString());
      done();
    },
  });
  const context = { stdout: stream, stderr: stream };
  const main = ci.utils.getReporter([
    new ci.JUnitReporter({ context, jUnitReport: evidence.file('junit.xml'), runName: 'Sluice' }),
    new ci.JSONReporter({ context, jsonReport: evidence.file('results.json') }),
    {
      log: note,
      error(text) {
        note(text);
        warnings.push(plain(text));
      },
      initErrors(texts) {
        texts.forEach(note);
        warnings.push(...texts.map(plain));
      },
    },
  ]);
  return {
    main,
    /** Whatever it goes on in spite of when it gets the tests together, like tests left out, leaves open what would run. */
    refuseWarnings() {
      if (warnings[0] !== undefined) throw new Unclear(`datadog-ci says: ${warnings[0]}`);
    },
  };
}
