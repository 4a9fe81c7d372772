import type { EnvironmentConfig } from './types';
import { ciNames, type CiName } from '../pipelines/kinds';
import { fullName } from '../releases/people';

/** An environment's config with the full names of those who approve: which CI server proves a bare name, its platform says. */
export function withFullNames(config: EnvironmentConfig, ci: CiName | undefined): EnvironmentConfig {
  const { gate } = config;
  if (gate.approval === undefined) return config;
  const approvers = gate.approval.approvers.map((name) => fullName(name, ci ?? ciNames[0]));
  return { ...config, gate: { ...gate, approval: { ...gate.approval, approvers } } };
}
