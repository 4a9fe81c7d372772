import { readAbout } from '../targets/ledger';
import { factsOf, type Situation } from './approve/question';
import { howToApprove } from '../releases/describe';
import type { Candidate } from '../releases/types';
import type { Call } from './call';
import type { ChosenEnvironment } from './one-environment';
import { outputsOf, type Outputs } from '../operations/pulumi/outputs';
import { digestsOf } from '../releases/names';
import { releasesIn } from '../releases/on-record';
import { nextLine } from '../base/errors';

/** What people are told of an environment that waits for one of them. */
export function pendingApprovalLines(situation: Situation, candidate: Candidate): string[] {
  const { environment, gate } = situation;
  const approvers = gate.approval?.approvers ?? [];
  const [, ...facts] = factsOf(situation, candidate);
  return [
    `${environment} waits for an approval${approvers.length === 0 ? '' : ` by ${approvers.join(' or ')}`}:`,
    ...facts,
    nextLine(howToApprove(environment, candidate, gate.approval)),
  ];
}

/** Digest by service of all that a stack tells of. */
function servedBy(outputs: Outputs): Record<string, string> {
  return digestsOf(releasesIn(outputs));
}

/** Tells what an environment waits for, as its last update left it. @returns whether it waits */
export async function tellPendingApproval(
  { file, ledger }: Omit<ChosenEnvironment, 'instance'>,
  note: Call['note'],
): Promise<boolean> {
  const { name: environment, config } = file;
  if (config.gate.approval === undefined) return false;
  const outputs = await outputsOf(environment);
  const candidate = outputs?.['waiting'] as Candidate | null | undefined;
  if (candidate === undefined || candidate === null) return false;
  const situation: Situation = {
    environment,
    gate: config.gate,
    upstream: { name: config.promotesFrom, digests: servedBy((await outputsOf(config.promotesFrom)) ?? {}) },
    offer: candidate,
    records: await readAbout(ledger, { candidates: [candidate] }),
    now: new Date(),
  };
  for (const line of pendingApprovalLines(situation, candidate)) note(line);
  return true;
}
