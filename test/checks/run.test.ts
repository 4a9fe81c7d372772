import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Failed } from '../../checks/outcome';
import type { CheckCode } from '../../checks/context';
import type { CheckRequest } from '../../checks/contract';
import { runHere } from '../../checks/run';
import { cleanUp, httpRequest } from './fixtures';

type Code = CheckCode<CheckRequest>;

const using = (code: Code) => (type: string) => {
  assert.equal(type, 'http');
  return Promise.resolve(code);
};

describe('run of a check', () => {
  afterEach(cleanUp);
  const request = () => httpRequest('http://discounts');

  it('leaves a log beside the evidence', async () => {
    const asked = request();
    const verdict = await runHere(
      asked,
      using(({ steps, evidence }) => {
        evidence.write('picture.png', 'png');
        return steps.run('one', () => undefined);
      }),
    );
    assert.deepEqual(verdict.files, ['check.log', 'picture.png']);
    assert.match(fs.readFileSync(path.join(asked.evidence, 'check.log'), 'utf8'), / pass: 1 step passed\n$/);
  });

  it('could not tell when no step ran', async () => {
    const { verdict, summary } = await runHere(
      request(),
      using(() => Promise.resolve()),
    );
    assert.deepEqual({ verdict, summary }, { verdict: 'unknown', summary: 'no step ran' });
  });

  it('could not tell when the check broke outside its steps, before the first or after the last', async () => {
    const broken = new Failed('not in a step');
    for (const before of [true, false]) {
      const { verdict, summary } = await runHere(
        request(),
        using(async ({ steps }) => {
          if (!before) await steps.run('one', () => undefined);
          throw broken;
        }),
      );
      assert.deepEqual({ verdict, summary }, { verdict: 'unknown', summary: 'not in a step' });
    }
  });

  it('says what failed when an error went on from a step', async () => {
    const { verdict, summary } = await runHere(
      request(),
      using(({ steps }) => steps.run('one', () => Promise.reject(new Failed('expected A, seen B')))),
    );
    assert.deepEqual({ verdict, summary }, { verdict: 'fail', summary: 'step "one": expected A, seen B' });
  });

  it('could not tell when its time is over, though every step had passed', async () => {
    const during: Code = async ({ steps, signal }) => {
      await steps.run('one', () => undefined);
      await steps.run('two', () => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())));
    };
    const { verdict, summary } = await runHere({ ...request(), timeLimitSeconds: 0.05 }, using(during));
    assert.equal(verdict, 'unknown');
    assert.equal(summary, 'it did not end within 0.05 s, after step "two"');
  });

  it('answers even if the check never ends', async function () {
    this.timeout(20_000);
    const never: Code = ({ steps }) => steps.run('for ever', () => new Promise<void>(() => undefined));
    const { verdict, summary } = await runHere({ ...request(), timeLimitSeconds: 0.05 }, using(never));
    assert.deepEqual([verdict, summary], ['unknown', 'it did not end within 0.05 s, in step "for ever"']);
  });
});
