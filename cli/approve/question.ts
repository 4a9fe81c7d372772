import { evidenceCommand } from '../../releases/evidence';
import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import { visibleLine } from '../../base/visible';
import type { Review } from '../../pipelines/kinds/kind';
import { approvalOf, approvalText, gateFor, mayApprove, notNamed } from '../../releases/approval';
import { approveCommand, describeFully } from '../../releases/describe';
import { findTested, findVerdict, lastCutover, sameCandidate, type LedgerRecord } from '../../releases/ledger';
import { candidateKey } from '../../releases/names';
import type { UpstreamState } from '../../releases/pass-key';
import type { ApprovalRule, Candidate, Gate } from '../../releases/types';

/** What somebody wants to say, as typed. */
export interface Wish {
  verdict: 'approved' | 'refused';
  /** What he says it of; undefined: of what is offered when he is asked. */
  name?: { word: string; by: 'candidate' | 'commit' };
  /** Undefined: not given. */
  reason?: string;
}

/** What an environment is offered, and all that is known of it. */
export interface Situation {
  environment: string;
  gate: Gate;
  /** What the gate tests; @default whichever */
  upstream?: UpstreamState | undefined;
  offer: Candidate | undefined;
  /** Services that the platform builds, which no commit of a repository names. @default none */
  builds?: readonly string[];
  records: readonly LedgerRecord[];
  now: Date;
}

/**
 * What was typed.
 * @throws UserError for names that exclude each other
 */
export function wishOf(options: Readonly<Record<string, string | boolean | undefined>>): Wish {
  const text = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === 'string' ? visibleLine(value.trim()) : undefined;
  };
  const [candidate, commit, reason] = [text('candidate'), text('built-from'), text('reason')];
  if (candidate !== undefined && commit !== undefined) {
    throw new UserError('--candidate and --built-from both say what is meant', sluice('approve', '--help'));
  }
  const word = candidate ?? commit;
  return {
    verdict: options['refuse'] === true ? 'refused' : 'approved',
    ...(word === undefined ? {} : { name: { word, by: candidate === undefined ? 'commit' : 'candidate' } }),
    ...(reason === undefined || reason === '' ? {} : { reason }),
  };
}

/** The same with what somebody has written who reviewed the deployment at the CI server. */
export function withComment(wish: Wish, review: Review | undefined): Wish {
  const words = [visibleLine(review?.comment ?? ''), wish.reason ?? ''].filter((text) => text !== '');
  return words.length === 0 ? wish : { ...wish, reason: words.join('; ') };
}

/**
 * The same of the commit that somebody has asked for at the CI server.
 * @throws UserError when something else was typed besides
 */
export function withCommit(wish: Wish, commit: string | undefined): Wish {
  if (commit === undefined) return wish;
  if (wish.name !== undefined && !(wish.name.by === 'commit' && commit.startsWith(wish.name.word.toLowerCase()))) {
    throw new UserError(
      `the build was promoted for commit ${commit}, but ${wish.name.word} is to be approved`,
      'leave --candidate and --built-from out',
    );
  }
  return { ...wish, name: { word: commit, by: 'commit' } };
}

/** What an environment asks of people. @throws UserError when it asks nobody */
export function ruleOf(environment: string, rule: ApprovalRule | undefined): ApprovalRule {
  if (rule !== undefined) return rule;
  throw new UserError(
    `${environment} asks for no approval: it takes what passes its gate`,
    `${sluice('promote')} ${environment}; or write "sluice:approval: required" in Pulumi.${environment}.yaml`,
  );
}

/**
 * Whose word it is, if it counts.
 * @param person undefined in a pipeline that nobody in particular has started
 * @throws UserError when it does not
 */
export function whoSays(environment: string, asked: ApprovalRule | undefined, person: string | undefined) {
  const rule = ruleOf(environment, asked);
  if (person === undefined) {
    throw new UserError(
      `nobody in particular has started this pipeline, so nobody can be named who approves for ${environment}`,
      'promote the build in Drone, start the job by hand in GitLab, or the workflow in GitHub, as yourself',
    );
  }
  if (!mayApprove(person, rule)) {
    throw new UserError(
      `${person} is not among those who approve for ${environment}`,
      `ask ${rule.approvers.join(' or ')}; or add ${person} to sluice:approvers in Pulumi.${environment}.yaml`,
    );
  }
  return { person, rule };
}

/**
 * What somebody without a terminal has to say beforehand, so that nobody speaks of what he has not seen.
 * @throws UserError that names what is missing
 */
export function refuseUnseen(environment: string, wish: Wish): void {
  if (wish.name === undefined) {
    throw new UserError(
      `nobody is asked here, so --candidate has to say what is ${wish.verdict} for ${environment}`,
      `${sluice('status')} ${environment}, which shows what is offered; then the same with --candidate`,
    );
  }
  refuseWithoutReason(wish);
}

/** @throws UserError for a refusal that does not say why */
export function refuseWithoutReason({ verdict, reason = '' }: Wish): void {
  if (verdict === 'refused' && reason === '') {
    throw new UserError('a refusal needs a reason', 'the same with --reason "why"');
  }
}

/** @throws UserError when an environment is offered something else by now than what a person was shown */
export function refuseChanged(
  environment: string,
  offered: Candidate | undefined,
  shown: Candidate,
  verb: 'approve' | 'promote' = 'approve',
): void {
  if (offered !== undefined && sameCandidate(offered, shown)) return;
  const what = offered === undefined ? 'nothing' : describeFully(offered);
  throw new UserError(
    `${environment} is offered ${what} by now, and no longer what was shown; nothing was recorded`,
    `${sluice(verb, environment)}, which shows it`,
  );
}

/**
 * The candidate that somebody speaks of.
 * @throws UserError when there is none, when it is not what is offered now, and when his word would change nothing
 */
export function candidateMeant(
  { environment, gate, offer, builds, records, upstream }: Situation,
  { name, verdict }: Wish,
): Candidate {
  if (offer === undefined) throw new UserError(`${environment} is offered nothing yet`, 'npm run up');
  const running = lastCutover(records, environment)?.candidate;
  const problem = name === undefined ? undefined : notNamed(name.word, name.by, offer, running, builds);
  if (problem !== undefined) {
    throw new UserError(
      `${environment} is offered ${describeFully(offer)}: ${problem}`,
      `look at what is offered (${sluice('status')} ${environment}); if that is meant: ${approveCommand(environment, offer)}`,
    );
  }
  if (running !== undefined && sameCandidate(running, offer)) {
    throw new UserError(
      `${environment} runs ${describeFully(offer)} already: nothing waits`,
      `${sluice('history')} ${environment}; to take it out: ${sluice('rollback')} ${environment}`,
    );
  }
  const checked = findVerdict(
    records,
    environment,
    offer,
    gateFor(records, environment, offer, gate, upstream),
    upstream,
  );
  if (verdict === 'approved' && checked?.verdict === 'refused') {
    throw new UserError(
      `the checks of ${environment} have refused ${describeFully(offer)}: ${checked.summary}`,
      `push a change that passes; to have it tested once more as it is: ${sluice('promote')} ${environment} --again`,
    );
  }
  return offer;
}

/** Whether what somebody approves is what is offered, and runs already: a job that is started once more has nothing to say. */
export function runsAlready({ environment, offer, builds, records }: Situation, { name, verdict }: Wish): boolean {
  const running = lastCutover(records, environment)?.candidate;
  if (verdict === 'refused' || offer === undefined || running === undefined || name === undefined) return false;
  return sameCandidate(running, offer) && notNamed(name.word, name.by, offer, running, builds) === undefined;
}

/** All that is known of a candidate, for whoever is to approve it. */
export function factsOf(situation: Situation, candidate: Candidate): string[] {
  const { environment, gate, records, now, upstream } = situation;
  const tested = findTested(records, environment, candidate, gate, upstream);
  const verdict = tested ?? findVerdict(records, environment, candidate, gate, upstream);
  const said =
    gate.approval === undefined ? undefined : approvalOf({ environment, candidate, rule: gate.approval, records, now });
  return [
    `${environment} is offered ${candidateKey(candidate)}`,
    ...Object.values(candidate).flatMap(({ service, digest, revision, message }) => [
      `  ${service} ${digest}`,
      ...(revision === '' ? [] : [`    commit ${revision}${message === undefined ? '' : ` "${message}"`}`]),
    ]),
    `  checks: ${verdict === undefined ? 'not run yet' : verdict.summary}`,
    ...(verdict === undefined || verdict.evidence === ''
      ? []
      : [`  evidence: ${evidenceCommand(environment, verdict.evidence)}`]),
    ...(said === undefined ? [] : wordsOf(said)),
  ];
}

function wordsOf(said: ReturnType<typeof approvalOf>): string[] {
  if (said.state !== 'missing') return [`  ${approvalText(said.record)}`];
  const { expired } = said;
  return expired === undefined ? [] : [`  ${approvalText(expired)}; that expired at ${expired.expiresAt}`];
}
