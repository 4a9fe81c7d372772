import { keepInLedger } from '../../targets/evidence';
import { docker, located, type ContainerAt } from '../../clients/docker/docker';
import type { LedgerPlace } from '../../targets/place';

/** Lines of a container's log that are kept, its last ones. */
const keptLines = 5000;

/**
 * Takes a container away that serves nobody and is not to come back, and keeps what it printed as evidence. Pulumi
 * does not: an update that ends in a refusal removes nothing. A log that can't be kept keeps nothing else from its end.
 * @param o.evidence folder below the ledger's `evidence/`
 * @param o.service names the file there: `discounts.log`
 */
export async function setAside(
  container: ContainerAt,
  o: { ledger: LedgerPlace; evidence: string; service: string; say: (line: string) => void },
): Promise<void> {
  const { name, on } = located(container);
  const log = await docker(['logs', '--timestamps', '--tail', String(keptLines), name], { ...on, allowFailure: true });
  if (log.code !== 0) return;
  const file = { name: `${o.service}.log`, content: Buffer.from(`${log.stdout}${log.stderr}`) };
  await keepInLedger([file], o.ledger, o.evidence).catch((error: unknown) => {
    o.say(`the log of ${name} could not be kept: ${String(error)}`);
  });
  await docker(['rm', '--force', '--volumes', name], { ...on, allowFailure: true });
}
