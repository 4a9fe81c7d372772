import { note as say } from '../../base/terminal';
import { visibleLine } from '../../base/visible';
import { evidencePage, pageName } from '../../checks/page';
import { runOf } from '../../checks/page/run';
import type { RecordWithEvidence } from '../../releases/evidence';
import { keepInLedger, readEvidence } from '../../targets/evidence';
import type { LedgerPlace } from '../../targets/place';

/** Where evidence lies, and what is not to be shown of it. */
export interface EvidencePlace {
  ledger: LedgerPlace;
  /** The environment's, by config key. */
  secrets?: Readonly<Record<string, string>>;
}

/**
 * Puts the page beside the evidence of what has been recorded. What it shows has been kept and recorded by then: a page that can't be made
 * changes nothing, and is made when somebody asks for it.
 */
export async function keepPage({ ledger, secrets = {} }: EvidencePlace, record: RecordWithEvidence): Promise<void> {
  const { evidence = '' } = record;
  if (evidence === '') return;
  try {
    const files = await readEvidence(ledger, evidence);
    const page = evidencePage(runOf(record), files, { secrets: Object.values(secrets) });
    await keepInLedger([{ name: pageName, content: Buffer.from(page) }], ledger, evidence);
  } catch (error) {
    say(
      `the page of the evidence could not be made: ${visibleLine(error instanceof Error ? error.message : String(error))}`,
    );
  }
}
