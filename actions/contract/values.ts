import { z } from 'zod';
import { checkTypeNames } from '../../checks/types';
import type { Account, GitHostAddress, WantedRepository } from '../../clients/git-host';
import type { Login } from '../../clients/http';
import type { ApprovalRule, Candidate, CheckSpec, Gate, Release } from '../../releases/types';
import type { ReleaseSet } from '../../releases/ledger';
import type { EnvironmentWatch } from '../../releases/watch';
import type { KnownHead } from '../../store/ledger/entry';
import type { FieldsOf } from './action';

const loginFields = { username: z.string(), password: z.string() } satisfies FieldsOf<Login>;

/** An account's name and password. */
export const login = z.object(loginFields);

/** An account that is made to exist. */
export const account = z.object({ ...loginFields, admin: z.boolean() } satisfies FieldsOf<Account>);

/** Where a git host is. */
export const gitHost = z.object({
  kind: z.string(),
  container: z.string(),
  url: z.string(),
} satisfies FieldsOf<GitHostAddress>);

/** A repository that is made to exist. */
export const wantedRepository = z.object({
  owner: z.string(),
  name: z.string(),
  description: z.string(),
  private: z.boolean(),
  defaultBranch: z.string(),
} satisfies FieldsOf<WantedRepository>);

const release = z.object({
  service: z.string(),
  image: z.string(),
  digest: z.string(),
  revision: z.string(),
  message: z.string().optional(),
  tag: z.string().optional(),
} satisfies FieldsOf<Release>);

/** One release per managed service. */
export const candidate = z.record(z.string(), release) satisfies z.ZodType<Candidate>;

/** Release and port by service. */
export const releaseSet = z.record(z.string(), z.string()) satisfies z.ZodType<ReleaseSet>;

const checkSpec = z.object({
  name: z.string(),
  type: z.enum(checkTypeNames),
  // Its program knows what it needs of them.
  settings: z.record(z.string(), z.unknown()),
  timeLimitSeconds: z.number(),
} satisfies FieldsOf<CheckSpec>);

const approvalRule = z.object({
  expiresHours: z.number(),
  approvers: z.array(z.string()),
  fourEyes: z.literal(true).optional(),
} satisfies FieldsOf<ApprovalRule>);

/** What a candidate must pass. */
export const gate = z.object({
  checks: z.array(checkSpec),
  approval: approvalRule.optional(),
} satisfies FieldsOf<Gate>);

/** How an environment is watched after a cutover. */
export const environmentWatch = z.object({
  seconds: z.number(),
  minRequests: z.number(),
  tooLittle: z.enum(['probe', 'pass', 'refuse']),
  probePath: z.string(),
  maxErrorRate: z.number(),
  maxErrorRateIncrease: z.number(),
  maxLatencyMs: z.number().optional(),
  maxLatencyFactor: z.number(),
  checks: z.array(checkSpec),
} satisfies FieldsOf<EnvironmentWatch>);

/** Where a ledger ends, as a state keeps it. */
export const knownHead = z.object({
  number: z.number(),
  hash: z.string(),
  losses: z.number().optional(),
} satisfies FieldsOf<KnownHead>);
