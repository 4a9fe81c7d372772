import * as fs from 'node:fs';
import { checkTypes } from '../../checks/types';
import { setCommand } from '../secrets';
import type { CheckConfig } from '../schema';
import { UserError } from '../../base/errors';
import { belowProject } from '../../base/paths';
import type { CheckSpec } from '../../releases/types';

/** A check as its program wants it: with the time limit that its type has, and the texts of its files. */
export function checkSpec(file: string, key: string, config: CheckConfig): CheckSpec {
  const { name, type, timeLimitSeconds, ...settings } = config;
  const { files = [], timeLimitSeconds: usual } = checkTypes[type];
  const texts = files.map((setting): [string, string] => [
    setting,
    readText(file, key, name, setting, String(settings[setting])),
  ]);
  return {
    name,
    type,
    timeLimitSeconds: timeLimitSeconds ?? usual,
    settings: { ...settings, ...Object.fromEntries(texts) },
  };
}

/** The text of a file that a check's setting names. */
function readText(file: string, key: string, check: string, setting: string, name: string): string {
  const whole = belowProject(name, `${file}: the ${setting} of check ${check} (sluice:${key}): `);
  const found = fs.statSync(whole, { throwIfNoEntry: false });
  if (found?.isFile() === true) {
    const text = fs.readFileSync(whole, 'utf8');
    if (text.trim() !== '') return text;
  }
  const problem = found === undefined ? 'does not exist' : found.isFile() ? 'is empty' : 'is no file';
  throw new UserError(
    `${file}: the ${setting} ${name} of check ${check} (sluice:${key}) ${problem}`,
    `write it, or correct sluice:${key} in ${file}`,
  );
}

type Checks = readonly Pick<CheckSpec, 'name' | 'type'>[];

/** @throws UserError for a check whose type needs a secret that the environment's stack does not have */
export function refuseWithoutSecrets(file: string, key: string, checks: Checks, config: object): void {
  for (const { name, type } of checks) {
    const missing = (checkTypes[type].secrets ?? []).find((secret) => valueOf(config, secret) === '');
    if (missing === undefined) continue;
    throw new UserError(
      `${file}: check "${name}" (sluice:${key}) is of type ${type}, which needs sluice:${missing}`,
      setCommand(file, missing),
    );
  }
}

/** What some checks get beside their settings, by config key; undefined when none of them gets anything. */
export function checkSecrets(config: object, checks: Checks): Record<string, string> | undefined {
  const names = new Set(checks.flatMap(({ type }) => checkTypes[type].secrets ?? []));
  return names.size === 0 ? undefined : Object.fromEntries([...names].map((name) => [name, valueOf(config, name)]));
}

function valueOf(config: object, key: string): string {
  const value: unknown = (config as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : '';
}
