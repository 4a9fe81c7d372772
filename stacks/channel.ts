import { UserError } from '../base/errors';
import { decide, type Question } from '../releases/decision';
import type { Offer } from '../releases/offer';
import type { ManagedService } from './channel-candidate';
import { tellOlder, tellRollback } from './gate';
import type { EnvironmentFacts } from './environment-facts';
import { asReleased, type Answer } from './intake';

/**
 * What an environment that follows a channel takes: the newest release of each managed service, by digest. A service that has never had
 * one keeps nothing else from going on. What its watch has taken back it does not take again by itself.
 * @param built services whose images the platform builds
 * @param offer what the channel holds, with what runs here of the services that it has lost
 * @throws UserError when something runs of which nobody knows what it is, and the channel lacks a service: that may be what runs
 */
export async function askChannel(
  name: string,
  channel: string,
  { candidate, withoutRelease }: Offer,
  managed: readonly ManagedService[],
  built: readonly string[],
  { records, runs, onRecord }: Pick<EnvironmentFacts, 'runs' | 'onRecord'> & Pick<Question, 'records'>,
  { releasesOf, inPlace, repair }: Pick<Question, 'releasesOf' | 'inPlace' | 'repair'>,
): Promise<Answer> {
  const missing = managed.filter(({ service }) => withoutRelease.includes(service) && !(service in onRecord));
  const isKnown = managed.some(({ service }) => service in onRecord);
  if (missing.length > 0 && runs && !isKnown) {
    const what = missing.map(({ repository }) => repository).join(' and ');
    throw new UserError(
      `${name} follows channel ${channel}, in which ${what} has no release yet; what runs stays as it is`,
      `look at the pipeline of ${what}, or push a change there`,
    );
  }
  const question = { environment: name, offer: candidate, gate: undefined, records, releasesOf, built };
  const decision = decide({ ...question, inPlace, repair, now: new Date() });
  await tellOlder(name, `channel ${channel}`, decision);
  await tellRollback(decision);
  const intake = decision.take === undefined ? undefined : asReleased(decision.take.candidate);
  return { intake, takesOffer: true, gate: null, refusal: decision.refusal, older: decision.older };
}
