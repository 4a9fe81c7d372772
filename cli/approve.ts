import { personAtMachine, whoIsAtWork } from '../pipelines/by';
import { appendRecord, readAbout } from '../targets/ledger';
import { visibleLine } from '../base/visible';
import { ciNames } from '../pipelines/kinds';
import { expiryOf } from '../releases/approval';
import { describeFully } from '../releases/describe';
import { lastCutover } from '../releases/ledger';
import type { Candidate } from '../releases/types';
import {
  candidateMeant,
  factsOf,
  refuseChanged,
  refuseUnseen,
  refuseWithoutReason,
  ruleOf,
  runsAlready,
  whoSays,
  withComment,
  withCommit,
  wishOf,
  type Situation,
  type Wish,
} from './approve/question';
import { pushersOf, refuseUncomparable } from './approve/four-eyes';
import { jobOf, speakerOf } from './approve/speaker';
import type { Call } from './call';
import { underLease } from '../operations/lease';
import { currentOffer, offerTo } from '../operations/offer';
import { chooseEnvironment, updateAndShow, type ChosenEnvironment } from './one-environment';
import { chooseConfig } from '../operations/config-of-job';
import { ask, askText, mayAsk } from '../operations/prepare';
import { DeliveryStack } from '../operations/pulumi/stack';
import { ciOf, readStacks } from '../config/stacks';
import { sluice } from '../base/command';
import { tellPendingApproval } from './pending-approval';

/** Records a person's word about what an environment is offered; an approval is followed by the update that takes it. */
export async function run(call: Call): Promise<number> {
  const isReviewed = call.options['reviewed'] === true;
  const typed = wishOf(call.options);
  const asks = mayAsk(call);
  await chooseConfig(call);
  const chosen = await chooseEnvironment(
    call,
    'approve',
    (file) => {
      ruleOf(file.name, file.config.gate.approval);
      // What somebody has asked for in a job, the CI server says; it is asked when the state can be read.
      const isJob = jobOf(ciOf(file, readStacks()) ?? ciNames[0], process.env) !== undefined;
      if (!isJob) {
        const { person, rule } = whoSays(file.name, file.config.gate.approval, personAtMachine());
        if (rule.fourEyes === true && typed.verdict === 'approved') refuseUncomparable(file.name, person);
      }
      if (!isJob && !asks) refuseUnseen(file.name, typed);
    },
    { updates: typed.verdict === 'approved' && call.options['only-record'] !== true },
  );
  const { file, ledger } = chosen;
  const speaker = await speakerOf(file, isReviewed);
  if (isReviewed && speaker.person === undefined) {
    call.note(`${file.name}: nobody has reviewed this deployment at the CI server; no approval was recorded`);
    return 0;
  }
  const wish = withCommit(withComment(typed, speaker.review), speaker.commit);
  if (!asks) refuseUnseen(file.name, wish);
  const { person, rule } = whoSays(file.name, file.config.gate.approval, speaker.person);

  const situation = await look(chosen);
  // A pipeline's job that is started once more has nothing left to do.
  if ((isReviewed || call.options['only-record'] === true) && runsAlready(situation, wish)) {
    call.note(`${file.name} runs that already: nothing waits for an approval`);
    return 0;
  }
  const candidate = candidateMeant(situation, wish);
  for (const line of factsOf(situation, candidate)) call.note(line);
  // A refusal counts whoever says it.
  const pushers =
    rule.fourEyes === true && wish.verdict === 'approved'
      ? await pushersOf(file, person, candidate, lastCutover(situation.records, file.name)?.candidate)
      : undefined;
  if (pushers !== undefined) call.note(`  pushed by: ${pushers.length === 0 ? 'nobody' : pushers.join(', ')}`);
  const reason = asks ? await askPerson(file.name, candidate, wish) : (wish.reason ?? '');
  if (reason === undefined) return 1;
  // Nobody else waits while a person thinks.
  return underLease(file, { what: sluice('approve', file.name), note: call.note }, async (lease) => {
    if (asks) refuseChanged(file.name, await currentOffer(file), candidate);
    const now = new Date();
    await appendRecord(ledger, {
      kind: 'approval',
      at: now.toISOString(),
      environment: file.name,
      candidate,
      by: whoIsAtWork(),
      verdict: wish.verdict,
      person,
      reason,
      ...(pushers === undefined ? {} : { pushers }),
      expiresAt: wish.verdict === 'refused' ? null : expiryOf(rule, now),
    });
    call.note(`${file.name}: ${wish.verdict} by ${person}: ${describeFully(candidate)}`);
    if (wish.verdict === 'refused') return 0;
    if (call.options['only-record'] === true) {
      call.note(`  it holds for ${rule.expiresHours} hours; next: ${sluice('up')} ${file.name}`);
      return 0;
    }
    const code = await updateAndShow(await DeliveryStack.openOrCreate(file.name, call.note, lease), chosen, call);
    return code === 0 && (await tellPendingApproval(chosen, call.note)) ? 1 : code;
  });
}

async function look({ file, ledger }: ChosenEnvironment): Promise<Situation> {
  const { candidate: offer, served: digests } = await offerTo(file);
  const records = await readAbout(ledger, { candidates: offer === undefined ? [] : [offer] });
  const { gate, promotesFrom: name, services } = file.config;
  return {
    ...{ environment: file.name, gate, upstream: { name, digests }, offer, records, now: new Date() },
    builds: Object.keys(services).filter((service) => services[service]?.build !== undefined),
  };
}

/** Asks at the terminal, by name. @returns the reason; undefined for a no */
async function askPerson(environment: string, candidate: Candidate, wish: Wish): Promise<string | undefined> {
  const what = describeFully(candidate);
  const question =
    wish.verdict === 'refused' ? `Keep ${what} out of ${environment}?` : `Let ${what} into ${environment}?`;
  if (!(await ask(question))) return undefined;
  if (wish.reason !== undefined) return wish.reason;
  const reason = visibleLine((await askText(wish.verdict === 'refused' ? 'Why?' : 'Why? (may be left empty)')).trim());
  refuseWithoutReason({ ...wish, reason });
  return reason;
}
