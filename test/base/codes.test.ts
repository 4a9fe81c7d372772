import assert from 'node:assert/strict';
import { codeLine, codesIn, isCodeLine, withoutCodes } from '../../base/codes';
import { ActionFailed } from '../../base/errors';

describe('a code in what a process prints', () => {
  it('is read where it stands on a line of its own, with what it is about', () => {
    const text = `no engine\n${codeLine('engine-away', 'ssh://ann@far:22')}\nmore\n${codeLine('went-back')}\n`;
    assert.deepEqual(codesIn(text), [
      { code: 'engine-away', about: 'ssh://ann@far:22' },
      { code: 'went-back', about: '' },
    ]);
    assert.equal(withoutCodes(text), 'no engine\nmore\n');
  });

  it('is none in the middle of a line, indented, or of another program', () => {
    for (const text of ['see sluice-code: went-back', `    ${codeLine('went-back')}`, 'sluice-code: made-up'])
      assert.deepEqual(codesIn(text), [], text);
  });

  it('is hidden where Pulumi has indented or coloured it, too', () => {
    assert.ok(isCodeLine(`  \u001b[31m${codeLine('went-back')}\u001b[0m`));
    assert.ok(isCodeLine(`  <{%fg 1%}>${codeLine('went-back')}<{%reset%}>`));
    assert.ok(isCodeLine(`    ${codeLine('went-back')}`));
    assert.ok(!isCodeLine('a sluice-code: went-back'));
  });

  it('ends what an action prints that has failed, and is not in its message', () => {
    const error = new ActionFailed("checks can't run", ['login-refused']);
    assert.equal(error.message, "checks can't run");
    assert.equal(String(error), "checks can't run\nsluice-code: login-refused");
  });
});
