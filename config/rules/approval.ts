import type { z } from 'zod';
import type { environment } from '../schema';
import { UserError } from '../../base/errors';
import type { ApprovalRule } from '../../releases/types';

/** The part of a gate that asks people; undefined when nobody is asked. */
export function approvalRule(file: string, config: z.infer<typeof environment>): ApprovalRule | undefined {
  const { promotesFrom, approval, approvalExpiresHours, approvers, fourEyes } = config;
  if (approval === 'none' && approvers.length > 0) {
    throw new UserError(
      `${file}: sluice:approvers says who may approve, but sluice:approval is "none"`,
      `write "sluice:approval: required", or remove sluice:approvers, in ${file}`,
    );
  }
  if (approval === 'none' && fourEyes) {
    throw new UserError(
      `${file}: sluice:fourEyes says who may not approve, but sluice:approval is "none"`,
      `write "sluice:approval: required", or remove sluice:fourEyes, in ${file}`,
    );
  }
  if (approval === 'none') return undefined;
  if (promotesFrom === '') {
    throw new UserError(
      `${file}: sluice:approval needs sluice:promotesFrom, the environment whose releases are approved`,
      `add sluice:promotesFrom, or remove sluice:approval, in ${file}`,
    );
  }
  return { expiresHours: approvalExpiresHours, approvers, ...(fourEyes ? { fourEyes } : {}) };
}
