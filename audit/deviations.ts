import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { containerRoles } from '../clients/docker/labels';
import { UserError } from '../base/errors';
import { projectRoot } from '../base/paths';
import { didYouMean } from '../base/spelling';
import { rules } from './rules';

/** What has a role of its own: containers by their label, and what is no container. */
export const roles = [...containerRoles, 'image', 'dockerfile'] as const;

/** A written deviation from a check, and why it is right. */
export interface Deviation {
  /** `5.13` */
  check: string;
  roles: readonly string[];
  reason: string;
  /** It counts on other machines alone, and need not occur: what they are asked for is each file's to say. @default false */
  elsewhere?: boolean | undefined;
}

/** The one file that deviations are written in. */
export const deviationsFile = 'audit/deviations.yaml';

const shape = z.array(
  z.strictObject({
    check: z.string(),
    roles: z.array(z.string()).min(1, 'names no role'),
    reason: z.string().trim().min(20, 'gives no reason that says anything'),
    elsewhere: z.boolean().optional(),
  }),
);

/**
 * The written deviations.
 * @throws UserError for one without a reason, for an unknown check or role, and for one that is written twice
 */
export function readDeviations(folder = projectRoot): Deviation[] {
  return parseDeviations(fs.readFileSync(path.join(folder, deviationsFile), 'utf8'));
}

/** The same, of a text. */
export function parseDeviations(text: string): Deviation[] {
  const result = shape.safeParse(parse(text) ?? []);
  if (!result.success) {
    const [issue] = result.error.issues;
    const [index = 0, ...where] = issue?.path ?? [];
    throw wrong(`entry ${Number(index) + 1}, ${where.join('.') || 'all of it'}: ${issue?.message ?? 'is wrong'}`);
  }
  const checks = [...new Set(rules.map(({ id }) => id))];
  const seen = new Set<string>();
  for (const { check, roles: named } of result.data) {
    if (!checks.includes(check)) throw wrong(`there is no check "${check}"${didYouMean(check, checks)}`);
    for (const role of named) {
      if (!(roles as readonly string[]).includes(role)) {
        throw wrong(`check ${check}: there is no role "${role}"${didYouMean(role, [...roles])}`);
      }
      if (seen.has(`${check} ${role}`)) throw wrong(`check ${check} has two deviations for ${role}`);
      seen.add(`${check} ${role}`);
    }
  }
  return result.data;
}

function wrong(what: string): UserError {
  return new UserError(`${deviationsFile}: ${what}`, `correct it there; docs/audit.md says what an entry is`);
}
