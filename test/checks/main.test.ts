import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import type { CheckVerdict } from '../../checks/protocol';
import { projectRoot } from '../../base/paths';
import { cleanUp, commandRequest, httpRequest, serve } from './fixtures';

const program = path.join(projectRoot, 'checks', 'main.cjs');

/** Runs the program of a check from another folder, as a container does. */
async function run(input: string): Promise<{ code: number | null; lines: string[]; log: string }> {
  const child = spawn(process.execPath, [program], { cwd: path.parse(program).root });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, log, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, lines: out.trimEnd().split('\n'), log };
}

const verdictOf = (lines: string[]) => JSON.parse(lines[0] ?? '') as CheckVerdict;

describe('program of a check', function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  it('prints one line with the verdict and exits 0, 1 or 2', async () => {
    const url = await serve((_request, response) => response.end('woof'));
    for (const [settings, verdict, code] of [
      [{ body: { contains: 'woof' } }, 'pass', 0],
      [{ body: { contains: 'miau' } }, 'fail', 1],
    ] as const) {
      const ended = await run(JSON.stringify(httpRequest(url, settings)));
      assert.equal(ended.lines.length, 1);
      assert.equal(verdictOf(ended.lines).verdict, verdict, ended.log);
      assert.equal(ended.code, code);
    }
    const ended = await run(JSON.stringify(commandRequest(['/no/such/program'])));
    assert.equal(verdictOf(ended.lines).verdict, 'unknown');
    assert.equal(ended.code, 2);
  });

  it('could not tell from a wrong request', async () => {
    for (const [input, summary] of [
      ['', "the check's request is no JSON"],
      ['{}', /^the check's request is wrong: /],
    ] as const) {
      const { code, lines } = await run(input);
      assert.equal(code, 2);
      assert.match(verdictOf(lines).summary, typeof summary === 'string' ? new RegExp(`^${summary}$`) : summary);
    }
  });
});
