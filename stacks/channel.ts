import * as pulumi from '@pulumi/pulumi';
import { UserError } from '../base/errors';
import { decide, type Question } from '../releases/decision';
import type { ChannelContent } from './channel-candidate';
import { tellRollback } from './gate';
import type { EnvironmentFacts } from './environment-facts';
import { asReleased, type Answer } from './intake';

/**
 * What an environment that follows a channel takes: the newest release of each managed service, by digest. Repositories
 * have their first pipelines one after the other, so an environment that has never run waits until each has a release.
 * What its watch has taken back it does not take again by itself.
 * @param content what the channel holds
 * @throws UserError when one that runs has a service without a release: taking nothing would take it down
 */
export async function askChannel(
  name: string,
  channel: string,
  { candidate: offer, missing }: ChannelContent,
  { records, runs }: EnvironmentFacts,
  { releasesOf, inPlace }: Pick<Question, 'releasesOf' | 'inPlace'>,
): Promise<Answer> {
  if (missing !== undefined) await waitForFirst(name, channel, missing, runs);
  if (offer === undefined) return { intake: undefined, gate: null, refusal: undefined };
  const decision = decide({ environment: name, offer, gate: undefined, records, releasesOf, inPlace, now: new Date() });
  await tellRollback(decision);
  const intake = decision.take === undefined ? undefined : asReleased(decision.take.candidate);
  return { intake, gate: null, refusal: decision.refusal };
}

/** Says that an environment waits for a first release. @throws UserError when it runs something: that must not go away */
async function waitForFirst(name: string, channel: string, missing: readonly string[], runs: boolean): Promise<void> {
  const what = missing.join(' and ');
  if (runs) {
    throw new UserError(
      `${name} follows channel ${channel}, in which ${what} has no release yet; what runs stays as it is`,
      `look at the pipeline of ${what}, or push a change there`,
    );
  }
  await pulumi.log.info(
    `${name} waits for the first release of ${what} in channel ${channel}; until then it runs nothing`,
  );
}
