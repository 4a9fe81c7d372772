import * as assert from 'node:assert/strict';
import { parseArguments } from '../../cli/arguments';
import { main } from '../../cli/main';
import { didYouMean } from '../../base/spelling';
import { verbs } from '../../cli/verbs';

async function run(...argv: string[]): Promise<{ code: number; said: string; noted: string }> {
  const said: string[] = [];
  const noted: string[] = [];
  const code = await main(argv, { say: (line) => said.push(line), note: (line) => noted.push(line) });
  return { code, said: said.join('\n'), noted: noted.join('\n') };
}

describe('main', () => {
  it('lists the verbs and exits 0 when asked, 2 when nothing was typed', async () => {
    const asked = await run('--help');
    assert.equal(asked.code, 0);
    for (const verb of ['up', 'preview', 'status', 'check', 'doctor', 'destroy']) {
      assert.match(asked.said, new RegExp(`^  ${verb} `, 'm'));
    }
    assert.doesNotMatch(asked.said, /^ {2}step /m);
    assert.equal((await run()).code, 2);
  });

  it('has a help page for each verb that names each option', async () => {
    for (const verb of verbs.filter((each) => each.verbatim !== true)) {
      const { code, said } = await run(verb.name, '--help');
      assert.equal(code, 0);
      for (const option of Object.keys(verb.options)) assert.ok(said.includes(`--${option}`), `${verb.name} ${option}`);
    }
  });

  it('names the nearest verb and exits 2', async () => {
    const { code, noted, said } = await run('stauts');
    assert.equal(code, 2);
    assert.equal(said, '');
    assert.equal(noted, 'error: there is no verb "stauts"; did you mean "status"?\n  next: ./sluice --help');
  });

  it('names the nearest option and exits 2', async () => {
    const { code, noted } = await run('status', '--jsno');
    assert.equal(code, 2);
    assert.match(noted, /^error: status has no option "--jsno"; did you mean "--json"\?/);
  });
});

describe('parseArguments', () => {
  const check = verbs.find((verb) => verb.name === 'check');
  const pulumi = verbs.find((verb) => verb.name === 'pulumi');
  const rollback = verbs.find((verb) => verb.name === 'rollback');
  assert.ok(check !== undefined && pulumi !== undefined && rollback !== undefined);

  it('takes options before and after words', () => {
    assert.deepEqual(parseArguments(check, ['-o', 'here', 'staging', 'shop']), {
      options: { output: 'here' },
      words: ['staging', 'shop'],
    });
  });

  it('refuses too few words, too many, and an option without its value', () => {
    assert.throws(() => parseArguments(rollback, []), {
      message: 'rollback needs <environment> [--to DIGEST] [--yes]',
    });
    assert.throws(() => parseArguments(check, ['a', 'b', 'c']), { message: 'check has no use for "c"' });
    assert.throws(() => parseArguments(check, ['a', '--output']), { message: 'option "--output" needs a value' });
  });

  it("passes another program's arguments on untouched", () => {
    assert.deepEqual(parseArguments(pulumi, ['up', '--help', '-s', 'x']), {
      options: {},
      words: ['up', '--help', '-s', 'x'],
    });
  });
});

describe('didYouMean', () => {
  it('finds a mistyped or shortened word, and nothing for a far one', () => {
    assert.equal(didYouMean('destory', ['deploy', 'destroy']), '; did you mean "destroy"?');
    assert.equal(didYouMean('prev', ['up', 'preview']), '; did you mean "preview"?');
    assert.equal(didYouMean('frobnicate', ['preview', 'up']), '');
  });
});
