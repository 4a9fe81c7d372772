import { verifyLedger } from '../targets/ledger';
import type { LedgerPlace } from '../targets/place';
import type { Call } from './call';

/**
 * Says of each ledger up to which record it is sound, and what is not, with its number. With `--json` one array on standard output.
 * @returns the exit code: 1 when something is not sound
 */
export async function verifyLedgers(ledgers: readonly LedgerPlace[], { say, options }: Call): Promise<number> {
  const verified = await Promise.all(ledgers.map((ledger) => verifyLedger(ledger)));
  if (options['json'] === true) {
    const told = verified.map(({ end, soundUpTo, findings, acceptedLosses }, index) => ({
      environment: ledgers[index]?.environment,
      records: end,
      soundUpTo,
      findings,
      acceptedLosses,
    }));
    say(JSON.stringify(told, undefined, 2));
  } else {
    for (const line of verified.flatMap(({ lines }) => lines)) say(line);
  }
  return verified.some(({ findings }) => findings.length > 0) ? 1 : 0;
}
