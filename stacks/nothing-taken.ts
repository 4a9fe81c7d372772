import type { EnvironmentConfig } from '../config';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { describeFully, howToApprove } from '../releases/describe';
import type { Candidate } from '../releases/types';
import type { Answer } from './intake';

/**
 * That something runs, and nothing can be taken: to declare nothing would take it away.
 * @throws UserError always
 */
export function refuseRemoval(
  name: string,
  { promotesFrom, gate }: Pick<EnvironmentConfig, 'promotesFrom' | 'gate'>,
  answer: Pick<Answer, 'refusal' | 'pendingApproval'>,
): never {
  const [why, next] = reasonOf(name, promotesFrom, gate, answer);
  throw new UserError(
    `${name} runs something of which its ledger does not know what it is, and ${why}; what runs stays as it is`,
    `${next}; to take away what runs: ${sluice('destroy')} ${name}`,
  );
}

const refusedAs = {
  'taken-back': 'was taken back',
  unhealthy: 'did not become healthy',
  verdict: 'stands refused',
  approval: 'stands refused',
} as const;

/** Why nothing can be taken, and what lets something in. */
function reasonOf(
  name: string,
  promotesFrom: string,
  { approval }: EnvironmentConfig['gate'],
  { refusal, pendingApproval }: Pick<Answer, 'refusal' | 'pendingApproval'>,
): [why: string, next: string] {
  if (pendingApproval !== undefined) {
    const { candidate } = pendingApproval;
    return [`${describeFully(candidate)} waits for an approval`, howToApprove(name, candidate, approval)];
  }
  if (refusal === undefined && promotesFrom === '') {
    return ['its channel holds nothing that it could take', `${sluice('status')} ${name}`];
  }
  if (refusal === undefined) {
    return [`${promotesFrom} has deployed nothing that it could take`, `${sluice('up')} ${promotesFrom} ${name}`];
  }
  const { kind, candidate } = refusal;
  return [
    `${describeFully(candidate)} ${refusedAs[kind]}`,
    kind === 'approval' ? howToApprove(name, candidate, approval) : `${sluice('promote')} ${name} --again`,
  ];
}

/**
 * That an older release would be put back because the ledger does not tell of the one that was deployed last.
 * @throws UserError always
 */
export function refusePutBack(name: string, lost: Candidate, older: Candidate): never {
  throw new UserError(
    `${name} has deployed ${describeFully(lost)}, of which its ledger does not tell, and it can't be seen whether all of that serves; ` +
      `${describeFully(older)} would be put back, so what runs stays as it is`,
    `start what does not run (${sluice('status')} ${name}), then npm run up; if the older one is meant: ${sluice('rollback')} ${name}`,
  );
}
