import * as path from 'node:path';
import { UserError } from '../base/errors';
import { sluice } from '../base/command';
import { visibleLine } from '../base/visible';
import { isTrace, traceCommand } from '../checks/page';
import { runOf, shownTime } from '../checks/page/run';
import { isEnvironment } from '../config/stack';
import { named, readStacks } from '../config/stacks';
import { openOnDesktop } from '../operations/desktop';
import { copyEvidence, refuseRemoved } from '../operations/evidence';
import { ledgerPlace } from '../operations/ledger-place';
import { prepare } from '../operations/prepare';
import { evidenceIn, wishedEvidence, type EvidenceWish, type RecordWithEvidence } from '../releases/evidence';
import type { LedgerRecord } from '../releases/ledger';
import { lastRecords } from '../targets/ledger';
import type { Call } from './call';

/** Shows what checks and containers have left: copies it to this machine, prints the page's path, and opens it where there is a desktop. */
export async function run(call: Call): Promise<number> {
  const stacks = readStacks();
  const [environment = '', which] = call.words;
  const [file] = named(stacks.filter(isEnvironment), [environment]);
  if (file === undefined) return 2;
  await prepare(call);
  const ledger = await ledgerPlace(file, stacks);
  // All of them, as history shows them: what decisions need would leave some out.
  const records = (await lastRecords(ledger, Infinity)).past.map(({ record }) => record);
  const record = chosen(records, environment, { ...wishOf(call), which });
  const { outcome, heading, summary, at } = runOf(record);
  call.note(visibleLine(`${outcome}, ${shownTime(at)}: ${heading}${summary === '' ? '' : `: ${summary}`}`));
  await refuseRemoved(ledger, record, { records, retain: file.config.retainEvidence });
  const { page, folder, names } = await copyEvidence(ledger, record);
  call.say(page);
  for (const name of names.filter((each) => isTrace(each))) {
    call.note(visibleLine(`${name} opens with: ${traceCommand(path.join(folder, name))}`));
  }
  if (call.options['path'] !== true) await openOnDesktop(page, call.note);
  return 0;
}

function wishOf({ options }: Call): EvidenceWish {
  const { release, gate } = options;
  return { gate: gate === true, ...(typeof release === 'string' ? { release } : {}) };
}

/** @throws UserError when there is none, or none as it is wished */
function chosen(records: readonly LedgerRecord[], environment: string, wish: EvidenceWish): RecordWithEvidence {
  const found = wishedEvidence(records, environment, wish);
  if (found !== undefined) return found;
  const history = `${sluice('history')} ${environment}`;
  if (evidenceIn(records, environment).length === 0) {
    throw new UserError(
      `${environment} has no evidence yet: no gate or watch of it has run a check, and no release of it has failed`,
      `npm run up; ${history} shows what has happened so far`,
      1,
    );
  }
  const words = [
    ...(wish.gate === true ? ["of its gate's checks"] : []),
    ...(wish.release === undefined ? [] : [`of a release "${wish.release}"`]),
    ...(wish.which === undefined ? [] : [`"${wish.which}"`]),
  ];
  throw new UserError(`${environment} has no evidence ${words.join(', ')}`, `${history} shows what there is`);
}
