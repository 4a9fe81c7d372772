import { UserError } from '../../base/errors';
import { ledgerReader } from '../../targets/ledger';
import type { LedgerPlace } from '../../targets/place';
import { isWithoutPast, ledgerPlace } from '../../operations/ledger-place';
import { homeNow } from '../../operations/machine-place';
import { offerBehindGate, onRecordIn, recordsForOffer } from '../../operations/offer';
import { withoutReleaseIn } from '../../releases/offer';
import { untestedThatRuns } from '../../releases/pinned';
import { platformOf } from '../../operations/platform';
import { digestsOf } from '../../releases/names';
import type { Candidate } from '../../releases/types';
import { allOutputs, type Outputs } from '../../operations/pulumi/outputs';
import { servicesOf } from '../show-services';
import { isEnvironment, upstreamOf, type EnvironmentFile, type StackFile } from '../../config/stack';
import { prefixOf } from '../../config/stacks';
import { kindOf } from '../../targets/kinds';
import { adoptedStatus, gateStatus, platformStatus, servicesStatus, setbackStatus, type Status } from './assemble';
import { keptIn, recordsOf } from './records';

/**
 * Reads what all stacks have published and what the engine and the ledger say of it.
 * @param stacks all stacks of the project
 * @param shown environments to tell of
 */
export async function readStatus(
  stacks: readonly StackFile[],
  shown: readonly EnvironmentFile[],
  secrets: boolean,
): Promise<Status> {
  const outputs = await allOutputs(stacks);
  const read = ledgerReader();
  const status: Status = { platform: null, environments: {} };
  for (const file of stacks) {
    const stackOutputs = outputs.get(file.name);
    if (stackOutputs === undefined) continue;
    if (!isEnvironment(file)) {
      const platform = platformOf(stackOutputs);
      if (platform !== undefined) status.platform = platformStatus(platform, secrets);
      continue;
    }
    if (!shown.includes(file)) continue;
    const instance = prefixOf(stacks, file);
    const upstream = upstreamOf(file);
    const home = await homeNow(file, stacks);
    const ledger = await ledgerOf(file, stacks);
    const recent = await recordsOf(ledger, (place) => recordsForOffer(file, place, read));
    const runs = await kindOf(file.config.target).running(home, instance, file.name);
    const offered =
      upstream === undefined
        ? undefined
        : offerBehindGate(file, recent.records, {
            platform: outputs.get(file.config.platform),
            upstream: outputs.get(upstream),
            own: stackOutputs,
          });
    const about = { candidates: offered?.candidate === undefined ? [] : [offered.candidate] };
    const { records, problem } = await recordsOf(ledger, (place) => read(place, about, false));
    const isKept = await keptIn(ledger, records);
    status.environments[file.name] = {
      withoutRelease: withoutReleaseIn(file.config.services, onRecordIn(file.name, records, stackOutputs)),
      untested: untestedThatRuns(offered?.pinned ?? []),
      services: servicesStatus(servicesOf(stackOutputs), runs.edge, runs.isHealthy),
      ledger: recent.problem ?? problem,
      formerLedger:
        ledger === undefined
          ? outputs.has(file.config.platform)
          : Boolean(home.machine) && recent.problem === null && isWithoutPast(stackOutputs, recent.records),
      gate:
        upstream === undefined
          ? null
          : gateStatus({
              environment: file.name,
              offer: offered?.candidate,
              gate: file.config.gate,
              upstream: { name: upstream, digests: offered?.served },
              records,
              ledger,
              isKept,
              now: new Date(),
            }),
      older: olderIn(stackOutputs),
      setback: setbackStatus(records, file.name, isKept),
      adopted: adoptedStatus(records, file.name),
    };
  }
  return status;
}

/** What an environment was offered and has run before, as its last update found; null for nothing. */
function olderIn(outputs: Outputs): Record<string, string> | null {
  const older = outputs['older'] as Candidate | null | undefined;
  return older === null || older === undefined ? null : digestsOf(older);
}

/** Where an environment's ledger is; undefined when its platform was never brought up by this version. */
async function ledgerOf(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<LedgerPlace | undefined> {
  try {
    return await ledgerPlace(file, stacks);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
