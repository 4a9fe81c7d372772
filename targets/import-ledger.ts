import { UserError } from '../base/errors';
import { whoIsAtWork } from '../pipelines/by';
import { sha256 } from '../store/ledger/hash';
import { importText } from '../store/ledger/import';
import { keepInLedger } from './evidence';
import { describeFormer, endFormerLedger, formerEvidence, type FormerLedger } from './former-ledger';
import { chainOf, readingOf } from './ledger';
import type { LedgerPlace } from './place';
import { storeOf } from './store-of';

/**
 * Takes over what a version before this one has kept: one signed record for each environment, of which everything counts, with the evidence.
 * Doing it again adds nothing.
 * @param placeOf where the ledger of an environment is now
 * @param only the environment whose ledger it is; @default all that it tells of
 * @returns the environments that it told of
 * @throws UserError when the former ledger can't be reached, or is damaged as a whole, and StoreTrouble when the store can't be written to
 */
export async function importLedger(
  former: FormerLedger,
  placeOf: (environment: string) => LedgerPlace,
  only?: string,
): Promise<string[]> {
  const text = await endFormerLedger(former);
  if (text === undefined) return [];
  const all = textByEnvironment(text);
  if (all.size === 0 && text.trim() !== '') throw unreadable(former);
  const own = [...all].filter(([environment]) => only === undefined || environment === only);
  for (const [environment, lines] of own) {
    const place = placeOf(environment);
    // The record lasts, and says that everything is there.
    if (!(await chainOf(place, { candidates: [] })).imports.includes(sha256(lines))) {
      await keepInLedger(await formerEvidence(former, environment), place, environment);
    }
    const from = typeof former === 'string' ? undefined : describeFormer(former).name;
    await importText(storeOf(place), environment, lines, { ...readingOf(place), by: whoIsAtWork(), from });
  }
  return own.map(([environment]) => environment);
}

/** What is damaged is not taken for empty. */
function unreadable(former: FormerLedger): UserError {
  const { name, file } = describeFormer(former);
  return new UserError(
    `the former ledger in ${name} can't be taken over: nothing in it is a record`,
    `put its text back as it was, into ${file}; if it is lost, empty that file; then npm run up`,
    1,
  );
}

/** The lines of each environment. One that nobody can read is each one's: whoever reads them says it. */
export function textByEnvironment(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const read = lines.map((line) => ({ line, environment: environmentIn(line) }));
  const names = new Set(read.flatMap(({ environment }) => environment ?? []));
  return new Map(
    [...names].map((name) => [
      name,
      read.flatMap(({ line, environment }) => ((environment ?? name) === name ? [`${line}\n`] : [])).join(''),
    ]),
  );
}

function environmentIn(line: string): string | undefined {
  try {
    const { environment } = JSON.parse(line) as { environment?: unknown };
    return typeof environment === 'string' && environment !== '' ? environment : undefined;
  } catch {
    return undefined;
  }
}
