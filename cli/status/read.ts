import { listContainers, type ContainerInfo } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { lookAt } from '../../targets/compose-look';
import { readLedger } from '../../targets/ledger';
import type { LedgerPlace } from '../../targets/place';
import { offerFor } from '../../releases/decision';
import type { LedgerRecord } from '../../releases/ledger';
import { ledgerPlace } from '../../operations/ledger-place';
import { deployedOf, namesOfManaged } from '../../operations/offered';
import { platformOf } from '../../operations/platform';
import { allOutputs } from '../../operations/pulumi/outputs';
import { servicesOf } from '../show-services';
import { isEnvironment, upstreamOf, type EnvironmentFile, type StackFile } from '../../config/stack';
import { prefixOf } from '../../config/stacks';
import { isDeclared } from '../../config/targets';
import { adoptedStatus, gateStatus, platformStatus, servicesStatus, setbackStatus, type Status } from './assemble';

function isHealthy(containers: readonly ContainerInfo[], name: string): boolean {
  const state = containers.find((each) => each.Name === `/${name}`)?.State;
  return state?.Running === true && (state.Health === undefined || state.Health.Status === 'healthy');
}

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
  const status: Status = { platform: null, environments: {} };
  for (const file of stacks) {
    const own = outputs.get(file.name);
    if (own === undefined) continue;
    if (!isEnvironment(file)) {
      const platform = platformOf(own);
      if (platform !== undefined) status.platform = platformStatus(platform, secrets);
      continue;
    }
    if (!shown.includes(file)) continue;
    const instance = prefixOf(stacks, file);
    const upstream = upstreamOf(file);
    const ledger = await ledgerPlace(file, stacks);
    const records = await recordsOf(ledger);
    const runs = await runningOf(file, ledger, instance);
    status.environments[file.name] = {
      services: servicesStatus(servicesOf(own), runs.edge, runs.isHealthy),
      gate:
        upstream === undefined
          ? null
          : gateStatus({
              environment: file.name,
              offered: offerFor(namesOfManaged(file), deployedOf(outputs.get(upstream))),
              gate: file.config.gate,
              records,
              ledger,
              now: new Date(),
            }),
      setback: setbackStatus(records, file.name),
      adopted: adoptedStatus(records, file.name),
    };
  }
  return status;
}

/** What of an environment is healthy now, by container; `edge` is what its services are behind, empty when behind nothing. */
async function runningOf(
  file: EnvironmentFile,
  ledger: LedgerPlace,
  instance: string,
): Promise<{ edge: string; isHealthy: (container: string) => boolean }> {
  if (typeof ledger === 'string' || isDeclared(file.config)) {
    const of = [`${labels.instance}=${instance}`, `${labels.stack}=${file.name}`];
    const containers =
      typeof ledger === 'string'
        ? await listContainers(of)
        : await listContainers(of, { host: ledger.ssh }).catch(nothingThere);
    return { edge: `${instance}-${file.name}-edge`, isHealthy: (name) => isHealthy(containers, name) };
  }
  const running = await lookAt(ledger).then((look) => Object.values(look.running), nothingThere);
  return {
    edge: '',
    isHealthy: (name) => running.some(({ container, healthy }) => container === name && healthy),
  };
}

/** A machine that can't be reached runs nothing, as far as anybody can tell. */
function nothingThere(): never[] {
  return [];
}

/** The ledger's records; none when it can't be read: then nothing has been decided as far as anybody can tell. */
async function recordsOf(ledger: LedgerPlace): Promise<LedgerRecord[]> {
  try {
    return await readLedger(ledger);
  } catch {
    return [];
  }
}
