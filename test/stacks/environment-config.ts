import assert from 'node:assert/strict';
import { parseConfig, type EnvironmentConfig } from '../../config';

/** Config of an environment that says nothing but this; lists and objects as they are. */
export function environmentConfig(stack: string, values: Readonly<Record<string, unknown>>): EnvironmentConfig {
  const common = { role: 'environment', platform: 'platform', bind: '', promotesFrom: '', channel: '', gate: [] };
  const texts = Object.entries({ ...common, ...values }).map(([key, value]): [string, string] => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const parsed = parseConfig(stack, Object.fromEntries(texts));
  assert.ok(parsed.role === 'environment');
  return parsed;
}
