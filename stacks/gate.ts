import * as pulumi from '@pulumi/pulumi';
import { Action } from '../components/action';
import { Promotion } from '../components/promotion';
import type { EnvironmentConfig } from '../config';
import { decide, type Decision, type Question } from '../releases/decision';
import { approveCommand, describeFully } from '../releases/describe';
import { evidenceCommand } from '../releases/evidence';
import type { DeploymentOutputs } from '../releases/on-record';
import { isFirstInPart } from '../releases/offer';
import {
  lastCutover,
  sameCandidate,
  type ApprovalRecord,
  type LedgerRecord,
  type TakenBackRecord,
  type UnhealthyRecord,
  type VerdictRecord,
} from '../releases/ledger';
import { shortDigest } from '../releases/names';
import type { Pinned } from '../releases/pinned';
import type { Candidate } from '../releases/types';
import type { GatePlace } from './gate-place';
import { asReleased, type Answer } from './intake';
import type { Offered } from './offered';
import { refuseUntested } from './untested';
import { sluice } from '../base/command';
import { warnOfPendingApproval } from './pending-approval';
import { nextLine } from '../base/errors';

/** An environment whose gate is asked. */
interface GatedEnvironment extends Pick<Question, 'releasesOf' | 'inPlace' | 'repair'> {
  name: string;
  config: EnvironmentConfig;
  gatePlace: GatePlace;
  /** What upstream offers. */
  offered: Offered;
  /** What its ledger tells of what is offered. */
  records: readonly LedgerRecord[];
  /** What it runs, by service. */
  onRecord: Candidate;
  /** See {@link PromotionArgs.after}. */
  after: pulumi.Input<pulumi.Resource[]>;
}

/** What the gate in front of this environment lets it take, and what stands refused. */
export async function askGate({
  name,
  config,
  gatePlace,
  offered,
  records,
  onRecord,
  releasesOf,
  inPlace,
  repair,
  after,
}: GatedEnvironment): Promise<Answer> {
  const isInPart = isFirstInPart(offered, onRecord, records, name);
  const offer = isInPart ? undefined : offered.candidate;
  const decision = decide({
    environment: name,
    offer,
    gate: config.gate,
    upstream: { name: config.promotesFrom, digests: offered.served },
    pinsAnother: offered.pinned.some(({ how, isNew }) => how === 'tested' && isNew),
    records,
    releasesOf,
    inPlace,
    repair,
    now: new Date(),
  });
  await tellRollback(decision);
  await warnOfPendingApproval(name, decision);
  await tellOlder(name, config.promotesFrom, decision);
  const { pendingApproval, refusal, older, retest } = decision;
  const takesOffer = offer !== undefined && decision.take?.candidate === offer;
  refuseWhatIsUntested(name, config, offered.pinned, decision, isNewHere(decision, takesOffer, records, name));
  const said = { refusal, pendingApproval, older, retest, takesOffer };
  if (config.gate.checks.length === 0 && config.gate.approval === undefined) {
    await pulumi.log.warn(`${name} has an empty gate: it takes whatever ${config.promotesFrom} runs`);
  }
  const take = decision.take;
  if (take === undefined) {
    if (isInPart) {
      await pulumi.log.warn(
        `${name} takes nothing yet: ${config.promotesFrom} has no release of ${offered.withoutRelease.join(' and ')} yet, and ` +
          `${name} begins with all of its services; to begin with ${describeFully(offered.candidate ?? {})}: ${sluice('promote')} ${name}`,
      );
    } else if (pendingApproval === undefined) {
      await pulumi.log.warn(`${name} has nothing to take yet: ${config.promotesFrom} has deployed nothing that passed`);
    }
    return { intake: undefined, gate: null, ...said };
  }
  if (offer === undefined) {
    await pulumi.log.info(
      `${name} keeps what it runs: ${config.promotesFrom} has deployed nothing that it could take yet`,
    );
  }
  if (take.gate === undefined) {
    return { intake: asReleased(take.candidate), gate: null, ...said };
  }
  const promotion = new Promotion('promotion', {
    ...gatePlace.input,
    // Of what is kept that which its pass was won against: it is not tested once more.
    upstream: take.upstream?.name ?? config.promotesFrom,
    candidate: take.candidate,
    gate: take.gate,
    digests: take.upstream?.digests,
    ...gatePlace.secretFor(take.gate.checks),
    after,
  });
  return {
    intake: {
      candidate: take.candidate,
      image: (service) => promotion.image(service),
      pinned: (release) => promotion.pinned(release.service, release),
    },
    gate: promotion.output,
    ...said,
  };
}

/** Whether something comes that does not run yet, by itself or once a person has let it in. */
function isNewHere(
  { take, pendingApproval, retest }: Decision,
  takesOffer: boolean,
  records: readonly LedgerRecord[],
  name: string,
): boolean {
  const last = lastCutover(records, name)?.candidate;
  const comes = pendingApproval?.candidate ?? retest?.candidate ?? (takesOffer ? take?.candidate : undefined);
  return comes !== undefined && (last === undefined || !sameCandidate(last, comes));
}

/** @throws UserError before anything is changed, when something new would run beside, or as, what nothing has tested */
function refuseWhatIsUntested(
  name: string,
  config: EnvironmentConfig,
  pinned: readonly Pinned[],
  { take, pendingApproval }: Decision,
  isNew: boolean,
): void {
  const bare = pinned.filter(({ how }) => how === 'untested');
  const runs = take !== undefined || pendingApproval !== undefined;
  if (bare.length > 0 && runs && (isNew || bare.some((each) => each.isNew))) refuseUntested(name, config, bare);
}

/**
 * Makes the update fail once everything else is reconciled: as long as a candidate stands refused, it has not got to
 * where it was asked to. A resource, since a program that fails does so in its preview too, and a plain `pulumi up`
 * would then never get to the repair.
 */
export function reportRefusal(refusal: Decision['refusal'], after?: pulumi.Resource): void {
  if (refusal === undefined) return;
  const what = Object.values(refusal.candidate).map(({ service, digest }) => `${service} ${shortDigest(digest)}`);
  const text = [
    `${refusal.environment} keeps what it runs: ${what.join(', ')} ` + `${howRefused(refusal.kind)} ${refusal.at}`,
    ...(refusal.kind === 'approval' ? wordsOf(refusal) : reasonsOf(refusal)),
  ].join('\n');
  new Action('refusal', { action: 'report-refusal', input: { text }, secret: {} }, { dependsOn: after });
}

/** `was taken back at`, before the time. */
function howRefused(kind: NonNullable<Decision['refusal']>['kind']): string {
  if (kind === 'taken-back') return 'was taken back at';
  return kind === 'unhealthy' ? 'did not become healthy at' : 'stands refused since';
}

/** What a person has said against a candidate. */
function wordsOf({ environment, candidate, person, reason }: ApprovalRecord): string[] {
  return [
    `  by ${person}, because: ${reason}`,
    nextLine(`push another change; whoever may approve it can still do so: ${approveCommand(environment, candidate)}`),
  ];
}

/** What checks or a watch have said against a candidate. */
function reasonsOf({
  kind,
  environment,
  summary,
  evidence = '',
}: VerdictRecord | TakenBackRecord | UnhealthyRecord): string[] {
  return [
    `  because: ${summary}`,
    ...(evidence === '' ? [] : [`  evidence: ${evidenceCommand(environment, evidence)}`]),
    nextLine(
      `push a change that passes, or change the ${kind === 'verdict' ? 'gate' : 'settings'}; to try it once more as it is: ` +
        `${sluice('promote')} ${environment} --again`,
    ),
  ];
}

/** Says that somebody's rollback keeps out what is offered. */
export async function tellRollback({ rollback }: Decision): Promise<void> {
  if (rollback === undefined) return;
  const { environment, by, at } = rollback;
  await pulumi.log.warn(
    `${environment} stays rolled back (${by ?? 'somebody'}, ${at}) until there is a newer release; ` +
      `to take the present one: ${sluice('promote')} ${environment} --again`,
  );
}

/** Says that what is offered has run here before, and is not taken by itself. @param from what offers it */
export async function tellOlder(name: string, from: string, { older }: Decision): Promise<void> {
  if (older === undefined) return;
  await pulumi.log.warn(
    `${name} keeps what it runs: ${from} has gone back to ${describeFully(older)}, which ${name} has run before; to take it: ${sluice('promote')} ${name}`,
  );
}

/** What a stack that environments promote from has published. */
export async function upstreamOutputs({ upstream }: GatePlace): Promise<DeploymentOutputs> {
  const read = async (output: string): Promise<unknown> => (await upstream?.getOutputDetails(output))?.value ?? null;
  return { deployed: await read('deployed'), services: await read('services') } as DeploymentOutputs;
}
