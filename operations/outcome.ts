import * as fs from 'node:fs';
import * as path from 'node:path';
import { withoutCodes } from '../base/codes';
import { sluiceHome } from '../base/paths';
import { isOwnState, stateFolder } from '../base/state-folder';
import { isInImage } from '../pipelines/by';
import { inOwnWords, nextAfter } from './failures';
import type { Outcome } from './pulumi/stack';
import { nextLine } from '../base/errors';

/** Of Pulumi's words, in a job that has said no error. */
const lastLines = 20;

const words: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  replace: 'replaced',
  'create-replacement': 'created anew',
  'delete-replaced': 'former ones deleted',
};

/** `2 created, 1 deleted`, or `nothing changed`. */
export function describeChanges(changes: Outcome['changes']): string {
  const parts = Object.entries(changes).map(([operation, count]) => `${count} ${words[operation] ?? operation}`);
  return parts.length === 0 ? 'nothing changed' : parts.join(', ');
}

/**
 * What to tell of an operation that failed: each error, what to type next where that is known, then where everything is.
 * @param environment the one that was updated
 */
export function describeFailure(
  what: string,
  outcome: Pick<Outcome, 'errors' | 'next' | 'log'>,
  environment?: string,
): string[] {
  const { errors, next = nextAfter(errors, environment), log } = outcome;
  return [
    `${what} did not succeed`,
    ...errors.map((error) => indent(withoutCodes(inOwnWords(error)))),
    ...(next === undefined ? [] : [nextLine(next)]),
    ...everythingSaid(log, errors.length > 0),
  ];
}

/**
 * Where all of Pulumi's words are. In a step or job Sluice's home has another name than on the machine, and where the state is elsewhere it goes
 * with the job: then the last lines are told, unless errors were.
 */
export function everythingSaid(
  log: string,
  isTold: boolean,
  { environment = process.env, isJob = isInImage() }: { environment?: NodeJS.ProcessEnv; isJob?: boolean } = {},
): string[] {
  const line = (where: string): string[] => [`  everything that Pulumi said: ${where}`];
  if (!isJob) return line(log);
  const home = sluiceHome(environment);
  const folder = stateFolder(environment);
  if (folder !== undefined && isOwnState(folder, home)) return line(`${path.relative(home, log)} in Sluice's home`);
  if (isTold || !fs.existsSync(log)) return [];
  return fs.readFileSync(log, 'utf8').trim().split('\n').slice(-lastLines).map(indent);
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
