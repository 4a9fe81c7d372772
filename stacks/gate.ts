import * as pulumi from '@pulumi/pulumi';
import { Action } from '../components/action';
import { Promotion } from '../components/promotion';
import type { EnvironmentConfig } from '../config';
import { checkSecrets } from '../config-checks';
import { decide, offerFor, type Decision, type Question } from '../releases/decision';
import type { LedgerRecord } from '../releases/ledger';
import { shortDigest } from '../releases/names';
import type { Candidate } from '../releases/types';
import { ledgerOf, stackName, type Platform } from './platform-outputs';
import { asReleased, type Answer } from './taken';

/** What the gate in front of this environment lets it take, and what stands refused. */
export async function askGate(
  name: string,
  config: EnvironmentConfig,
  platform: Platform,
  managed: readonly { service: string }[],
  records: readonly LedgerRecord[],
  releasesOf: Question['releasesOf'],
): Promise<Answer> {
  const upstream = new pulumi.StackReference(stackName(config.promotesFrom));
  const deployed = (await upstream.getOutputDetails('deployed')).value as { candidate: Candidate } | null | undefined;
  const offered = offerFor(
    managed.map(({ service }) => service),
    deployed?.candidate,
  );
  const decision = decide({ environment: name, offered, gate: config.gate, records, releasesOf });
  await tellRollback(decision);
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
    ledger: ledgerOf(config.platform, platform),
    candidate: take.candidate,
    gate: take.gate,
    secrets: checkSecrets(config, take.gate.checks),
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
export function reportRefusal(refusal: Decision['standing'], after?: pulumi.Resource): void {
  if (refusal === undefined) return;
  const what = Object.values(refusal.candidate).map(({ service, digest }) => `${service} ${shortDigest(digest)}`);
  const text = [
    `${refusal.environment} keeps what it runs: ${what.join(', ')} ` +
      (refusal.kind === 'verdict' ? `stands refused since ${refusal.at}` : `was taken back at ${refusal.at}`),
    `  because: ${refusal.summary}`,
    ...(refusal.evidence === '' ? [] : [`  evidence: ${refusal.evidence} in the ledger`]),
    `  next: push a change that passes, or change the ${refusal.kind === 'verdict' ? 'gate' : 'settings'}; to try it once more as it is: ` +
      `npm run promote -- ${refusal.environment} --again`,
  ].join('\n');
  new Action('refusal', { action: 'report-refusal', input: { text } }, after === undefined ? {} : { dependsOn: after });
}

/** Says that somebody's rollback keeps out what is offered. */
export async function tellRollback({ rolledBack }: Decision): Promise<void> {
  if (rolledBack === undefined) return;
  const { environment, by, at } = rolledBack;
  await pulumi.log.warn(
    `${environment} stays rolled back (${by ?? 'somebody'}, ${at}) until there is a newer release; ` +
      `to take the present one: npm run promote -- ${environment} --again`,
  );
}
