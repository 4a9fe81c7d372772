import type { EnvironmentConfig } from '../config';
import { UserError } from '../errors';
import { approveCommand, describeFully } from '../releases/describe';
import type { Answer } from './taken';

/**
 * That something runs, and nothing can be taken: to declare nothing would take it away.
 * @throws UserError always
 */
export function refuseRemoval(
  name: string,
  { promotesFrom }: Pick<EnvironmentConfig, 'promotesFrom'>,
  answer: Pick<Answer, 'refusal' | 'waiting'>,
): never {
  const [why, next] = reasonOf(name, promotesFrom, answer);
  throw new UserError(
    `${name} runs something of which its ledger does not know what it is, and ${why}; what runs stays as it is`,
    `${next}; to take away what runs: npm run destroy -- ${name}`,
  );
}

/** Why nothing can be taken, and what lets something in. */
function reasonOf(
  name: string,
  promotesFrom: string,
  { refusal, waiting }: Pick<Answer, 'refusal' | 'waiting'>,
): [why: string, next: string] {
  if (waiting !== undefined) {
    const { candidate } = waiting;
    return [`${describeFully(candidate)} waits for an approval`, approveCommand(name, candidate)];
  }
  if (refusal === undefined) {
    return [`${promotesFrom} has deployed nothing that it could take`, `npm run up -- ${promotesFrom} ${name}`];
  }
  const { kind, candidate } = refusal;
  return [
    `${describeFully(candidate)} ${kind === 'taken-back' ? 'was taken back' : 'stands refused'}`,
    kind === 'approval' ? approveCommand(name, candidate) : `npm run promote -- ${name} --again`,
  ];
}
