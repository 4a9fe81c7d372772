import assert from 'node:assert/strict';
import { Failed, Unclear } from '../../checks/outcome';
import { Steps } from '../../checks/steps';

const reject = (error: Error) => () => Promise.reject(error);

describe('check steps', () => {
  it('pass when each of them passed', async () => {
    const steps = new Steps();
    assert.equal(await steps.run('one', () => 1), 1);
    assert.deepEqual(steps.verdict(), { verdict: 'pass', summary: '1 step passed' });
    await steps.run('two', () => Promise.resolve());
    assert.deepEqual(steps.verdict(), { verdict: 'pass', summary: '2 steps passed' });
    assert.deepEqual(
      steps.all.map(({ name, ok }) => [name, ok]),
      [
        ['one', true],
        ['two', true],
      ],
    );
  });

  it('could not tell when there is none', () => {
    assert.deepEqual(new Steps().verdict(), { verdict: 'unknown', summary: 'no step ran' });
  });

  it('say which step failed, why, where, and in which picture it can be seen', async () => {
    const steps = new Steps();
    await steps.run('opens', () => undefined);
    const after = () => Promise.resolve({ screenshot: '02.png', where: 'at http://shop/' });
    await assert.rejects(steps.run('code', reject(new Failed('expected A, seen B')), after), Failed);
    assert.deepEqual(steps.verdict(), {
      verdict: 'fail',
      summary: 'step "code": expected A, seen B (at http://shop/); screenshot 02.png',
    });
  });

  it('remember a failure that a scenario has caught for itself', async () => {
    const steps = new Steps();
    await steps.run('code', reject(new Failed('no code'))).catch(() => undefined);
    await steps.run('goes on', () => undefined);
    assert.equal(steps.verdict().verdict, 'fail');
  });

  it('are a failure when one failed and one could not tell, in either order', async () => {
    for (const errors of [
      [new Failed('f'), new Unclear('u')],
      [new Unclear('u'), new Failed('f')],
    ]) {
      const steps = new Steps();
      for (const error of errors) await steps.run('step', reject(error)).catch(() => undefined);
      assert.equal(steps.verdict().verdict, 'fail');
    }
  });

  it('could not tell when one was not awaited, even if all is well in the end', async () => {
    const steps = new Steps();
    let end = (): void => undefined;
    const first = steps.run('first', () => new Promise<void>((resolve) => (end = resolve)));
    await assert.rejects(
      steps.run('second', () => undefined),
      /step "second" began before step "first" had ended: await each step/,
    );
    end();
    await first;
    assert.deepEqual(steps.verdict(), { verdict: 'unknown', summary: 'the steps were out of order' });
  });
});
