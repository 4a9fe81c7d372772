import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { projectRoot } from '../../base/paths';
import type { StackFile } from '../../config/stack';
import { parseStacks } from '../../config/stacks';

/** Config by stack, as the stack files write it, without `sluice:`. */
export type Project = Record<string, Record<string, unknown>>;

/** A platform, and two environments with a gate between them. */
export const sample = (): Project & Record<'platform' | 'staging' | 'production', Record<string, unknown>> => ({
  platform: {
    role: 'platform',
    repositories: { discounts: { source: 'storedog/discounts' } },
    builds: { frontend: { source: 'storedog/frontend' } },
  },
  staging: {
    services: { frontend: { build: 'frontend', port: 8180 }, discounts: { repository: 'discounts', port: 8181 } },
  },
  production: {
    promotesFrom: 'staging',
    gate: [
      { name: 'shop', type: 'browser', scenario: 'checks/scenarios/storedog.ts' },
      { name: 'health', type: 'http', service: 'discounts', path: '/health' },
    ],
    services: { frontend: { build: 'frontend', port: 8080 }, discounts: { repository: 'discounts', port: 8081 } },
  },
});

/** The stack files' texts; only names that a stack file can have. */
export function filesOf(project: Readonly<Record<string, unknown>>): Record<string, string> {
  const stacks = Object.entries(project).filter(([stack]) => /^[A-Za-z0-9_-]+$/.test(stack));
  return Object.fromEntries(stacks.map(([stack, values]) => [stack, stringify({ config: withNamespace(values) })]));
}

function withNamespace(values: unknown): unknown {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return values;
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`sluice:${key}`, value as unknown]));
}

/** Text of Pulumi.yaml. */
export const projectSchema = fs.readFileSync(path.join(projectRoot, 'Pulumi.yaml'), 'utf8');

/** Reads stack files as every verb does. */
export function parseFiles(files: Record<string, string>): StackFile[] {
  return parseStacks(projectSchema, files);
}

/** Reads a project as every verb does. */
export function parseProject(project: Project): StackFile[] {
  return parseFiles(filesOf(project));
}
