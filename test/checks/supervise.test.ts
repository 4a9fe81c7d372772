import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { unknownVerdict } from '../../checks/protocol';
import { supervise } from '../../checks/supervise';
import { cleanUp, httpRequest, temporaryFolder } from './fixtures';

/** A module that gets a request as its first message. */
function program(onRequest: string): string {
  const file = path.join(temporaryFolder(), 'program.cjs');
  fs.writeFileSync(file, `process.once('message', (request) => { ${onRequest} });`);
  return file;
}

const pass = JSON.stringify({ ...unknownVerdict('1 step passed', new Date(0)), verdict: 'pass' });

describe('supervisor of a check', () => {
  afterEach(cleanUp);

  it('hands on request, arguments and verdict', async () => {
    const request = httpRequest('http://discounts');
    const verdict = await supervise(
      request,
      program(`process.send({ ...${pass}, summary: request.name + process.argv[2] }, () => process.exit(0));`),
      ['--inside'],
    );
    assert.deepEqual([verdict.verdict, verdict.summary], ['pass', 'one--inside']);
    const kept = JSON.parse(fs.readFileSync(path.join(request.evidence, 'verdict.json'), 'utf8')) as object;
    const { name, type, environment, candidate, urls } = request;
    assert.deepEqual(kept, { name, type, environment, candidate, urls, ...verdict });
    assert.deepEqual(verdict.files, ['verdict.json']);
  });

  it('has one reading of what a process says: a second answer makes it unclear, whatever it is', async () => {
    for (const [first, second] of [
      [pass, pass],
      [pass, "'noise'"],
      ["'noise'", pass],
    ]) {
      const code = `process.send(${first}, () => process.send(${second}, () => process.exit(0)));`;
      const { verdict, summary } = await supervise(httpRequest('http://discounts'), program(code), []);
      assert.deepEqual([verdict, summary], ['unknown', 'its process gave 2 answers, and a verdict is one']);
    }
  });

  it("leaves its own verdict in a folder that others write to, and not what they have put in the verdict's place", async () => {
    const request = httpRequest('http://discounts');
    const elsewhere = path.join(temporaryFolder(), 'elsewhere');
    const code = `require('node:fs').symlinkSync(${JSON.stringify(elsewhere)}, request.evidence + '/verdict.json');
      process.send(${pass}, () => process.exit(0));`;
    const verdict = await supervise(request, program(code), [], { shared: true });
    assert.equal(verdict.verdict, 'pass');
    assert.equal(fs.existsSync(elsewhere), false);
    const file = path.join(request.evidence, 'verdict.json');
    assert.ok(fs.lstatSync(file).isFile());
    assert.equal((JSON.parse(fs.readFileSync(file, 'utf8')) as { verdict: string }).verdict, 'pass');
  });

  it('takes no pass whose proof can not be left', async () => {
    const request = httpRequest('http://discounts');
    const code = `require('node:fs').mkdirSync(request.evidence + '/verdict.json/full', { recursive: true });
      process.send(${pass}, () => process.exit(0));`;
    const { verdict, summary } = await supervise(request, program(code), [], { shared: true });
    assert.equal(verdict, 'unknown');
    assert.match(summary, /^its verdict was pass, but can't be kept: /);
  });

  const lost: [string, string, RegExp][] = [
    ['ends the process', 'process.exit(0)', /^its process ended by exit code 0 before it gave a verdict$/],
    ['crashes', "process.kill(process.pid, 'SIGSEGV')", /^its process ended by SIGSEGV before it gave a verdict$/],
    ['answers something else', "process.send('pass', () => process.exit(0))", /before it gave a verdict$/],
    ['never yields', 'for (;;);', /^it did not end within 0\.01 s and had to be killed$/],
  ];
  for (const [name, code, summary] of lost) {
    it(`could not tell when the check's code ${name}, and keeps what it had written`, async () => {
      const request = { ...httpRequest('http://discounts'), timeLimitSeconds: 0.01 };
      fs.writeFileSync(path.join(request.evidence, 'check.log'), 'began\n');
      const patience = code === 'for (;;);' ? 1 : 15;
      const verdict = await supervise(request, program(code), [], { patienceSeconds: patience });
      assert.equal(verdict.verdict, 'unknown');
      assert.match(verdict.summary, summary);
      assert.deepEqual(verdict.files, ['check.log', 'verdict.json']);
      const kept = JSON.parse(fs.readFileSync(path.join(request.evidence, 'verdict.json'), 'utf8')) as object;
      assert.deepEqual((kept as { summary: string }).summary, verdict.summary);
    });
  }

  it('takes no pass from a process that did not end well afterwards', async () => {
    const verdict = await supervise(
      httpRequest('http://discounts'),
      program(`process.send(${pass}, () => process.kill(process.pid, 'SIGKILL'));`),
      [],
    );
    assert.deepEqual(
      [verdict.verdict, verdict.summary],
      ['unknown', 'its verdict was pass, but its process ended by SIGKILL'],
    );
  });
});
