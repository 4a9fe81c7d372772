import { candidateKey, shortDigest } from './names';
import { sluice } from '../base/command';
import type { ApprovalRule, Candidate } from './types';

/** A candidate as people tell it from others: `discounts sha256:3f2a91c0d4e5 9f3c1a2b "A discount for spring"`, for each service. */
export function describeFully(candidate: Candidate): string {
  return Object.values(candidate)
    .map(({ service, digest, revision, message }) =>
      [`${service} ${shortDigest(digest)}`, revision.slice(0, 8), message === undefined ? '' : `"${message}"`]
        .filter((part) => part !== '')
        .join(' '),
    )
    .join(', ');
}

/** What to type to approve a candidate, and no other. */
export function approveCommand(environment: string, candidate: Candidate): string {
  return `${sluice('approve')} ${environment} --candidate ${candidateKey(candidate)}`;
}

/** What lets in a candidate that waits: where pushers are kept from approving, nobody at a terminal can. */
export function howToApprove(environment: string, candidate: Candidate, rule: ApprovalRule | undefined): string {
  if (rule?.fourEyes !== true) return approveCommand(environment, candidate);
  return `promote its build in Drone to ${environment}, as somebody who has pushed nothing of it`;
}
