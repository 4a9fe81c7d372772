import * as pulumi from '@pulumi/pulumi';
import { Action } from '../components/action';
import { Promotion } from '../components/promotion';
import type { EnvironmentConfig } from '../config';
import { decide } from '../releases/decision';
import type { LedgerRecord, VerdictRecord } from '../releases/ledger';
import { shortDigest } from '../releases/names';
import type { Candidate } from '../releases/types';
import { stackName, type Platform } from './platform-outputs';
import { asReleased, type Taken } from './taken';

/** What the gate in front of this environment lets it take, and what stands refused. */
export async function askGate(
  name: string,
  config: EnvironmentConfig,
  platform: Platform,
  managed: readonly { service: string }[],
  records: readonly LedgerRecord[],
): Promise<{ taken: Taken | undefined; gate: unknown; refusal: VerdictRecord | undefined }> {
  const upstream = new pulumi.StackReference(stackName(config.promotesFrom));
  const deployed = (await upstream.getOutputDetails('deployed')).value as { candidate: Candidate } | null | undefined;
  const offered = offer(deployed?.candidate, managed);
  const decision = decide({ environment: name, offered, gate: config.gate, records });
  if (config.gate.checks.length === 0) {
    await pulumi.log.warn(`${name} has an empty gate: it takes whatever ${config.promotesFrom} runs`);
  }
  const take = decision.take;
  if (take === undefined) {
    await pulumi.log.warn(`${name} has nothing to take yet: ${config.promotesFrom} has deployed nothing that passed`);
    return { taken: undefined, gate: null, refusal: decision.standing };
  }
  if (offered === undefined) {
    await pulumi.log.info(
      `${name} keeps what it runs: ${config.promotesFrom} has deployed nothing that it could take yet`,
    );
  }
  if (take.gate === undefined) {
    return { taken: asReleased(take.candidate), gate: null, refusal: decision.standing };
  }
  const promotion = new Promotion('promotion', {
    instance: platform.instance,
    environment: name,
    upstream: config.promotesFrom,
    upstreamNetwork: `${platform.instance}-${config.promotesFrom}`,
    ledger: platform.ledger.container,
    candidate: take.candidate,
    gate: take.gate,
  });
  return {
    taken: { candidate: take.candidate, image: (service) => promotion.image(service) },
    gate: promotion.output,
    refusal: decision.standing,
  };
}

/**
 * Makes the update fail once everything else is reconciled: as long as a candidate stands refused, it has not got to
 * where it was asked to. A resource, since a program that fails does so in its preview too, and a plain `pulumi up`
 * would then never get to the repair.
 */
export function reportRefusal(refusal: VerdictRecord | undefined, after?: pulumi.Resource): void {
  if (refusal === undefined) return;
  const what = Object.values(refusal.candidate).map(({ service, digest }) => `${service} ${shortDigest(digest)}`);
  const text = [
    `${refusal.environment} keeps what it runs: ${what.join(', ')} stands refused since ${refusal.at}`,
    `  because: ${refusal.summary}`,
    `  evidence: ${refusal.evidence} in the ledger`,
    '  next: push a change that passes, or change the gate',
  ].join('\n');
  new Action('refusal', { action: 'report-refusal', input: { text } }, after === undefined ? {} : { dependsOn: after });
}

/** Upstream's candidate as far as this environment runs its services; undefined unless it has all of them. */
function offer(upstream: Candidate | undefined, managed: readonly { service: string }[]): Candidate | undefined {
  if (upstream === undefined) return undefined;
  const releases = managed.flatMap(({ service }) => {
    const release = upstream[service];
    return release === undefined ? [] : [[service, release] as const];
  });
  return releases.length === managed.length ? Object.fromEntries(releases) : undefined;
}
