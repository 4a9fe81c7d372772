import { z } from 'zod';
import { whoIsAtWork } from '../pipelines/by';
import type { ComposeDeployed } from '../targets/compose-deploy';
import { appendRecord, chainOf } from '../targets/ledger';
import { ledgerOf } from '../targets/place';
import { lastCutover, sameCandidate } from '../releases/ledger';
import { readAs, type ActionInput, type ActionOutput } from './contract';
import type { FieldsOf } from './contract/action';

/** What a deployment's script prints. */
const composeDeployed = z.object({
  services: z.record(z.string(), z.object({ digest: z.string(), image: z.string(), container: z.string() })),
} satisfies FieldsOf<ComposeDeployed>);

/**
 * Records in the ledger of a compose project what it serves since a deployment. Doing it twice records it once.
 * @throws Error when the machine runs something else than the candidate, or its script has said nothing that can be read
 */
export default async function recordDeployment(
  input: ActionInput<'record-deployment'>,
): Promise<ActionOutput<'record-deployment'>> {
  const { environment, candidate, releases, at, printed, machine } = input;
  const ledger = ledgerOf(input.ledger, environment, machine);
  const deployed = readAs(composeDeployed, printed);
  if ('problem' in deployed) {
    throw new Error(`what the deployment of ${environment} has printed is no account of services: ${deployed.problem}`);
  }
  const { services } = deployed.value;
  // A candidate that an environment keeps may have a service that it has no longer.
  const own = Object.values(candidate).filter(({ service }) => Object.hasOwn(releases, service));
  for (const { service, digest } of own) {
    const runs = services[service]?.digest ?? 'nothing';
    if (runs !== digest) throw new Error(`${environment} runs ${runs} of ${service}, and not ${digest}`);
  }
  const { records, head } = await chainOf(ledger);
  const last = lastCutover(records, environment);
  const isRecorded = last?.at === at && sameCandidate(last.candidate, candidate);
  return {
    candidate,
    containers: Object.fromEntries(own.map(({ service }) => [service, services[service]?.container ?? ''])),
    head: isRecorded
      ? head
      : await appendRecord(ledger, { kind: 'cutover', at, environment, candidate, releases, by: whoIsAtWork() }),
  };
}
