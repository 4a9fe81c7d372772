import { personAtMachine } from '../../pipelines/by';
import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import { ciKinds, type CiName } from '../../pipelines/kinds';
import type { ProofQuestion, Review } from '../../pipelines/kinds/kind';
import { personOf } from '../../releases/people';
import type { EnvironmentFile, StackFile } from '../../config/stack';
import { readStacks } from '../../config/stacks';
import { platformAt, type Platform } from '../../operations/platform';

/** Whose word an approval is. */
export interface Speaker {
  /** `drone:ann`, `os:ann@laptop`; undefined in a job that nobody in particular has started, or reviewed. */
  person: string | undefined;
  /** The commit that the person has asked for at the CI server; nothing else is approved then. */
  commit?: string;
  /** What the person has said there. */
  review?: Review;
}

/**
 * The job of the platform's own CI server that this process says it is. Variables of other servers say nothing: which one may speak for
 * people, the platform's file says.
 */
export function jobOf(ci: CiName, environment: NodeJS.ProcessEnv) {
  return ciKinds[ci].jobIn(environment);
}

/**
 * Who says it: in a job the person whom the CI server proves, at a terminal the machine's user.
 * @param isReviewed the person who has let the job deploy is meant, not the one who has started it
 * @param lookUpPlatform what a platform's last update has told
 * @throws UserError when the server does not confirm what the job's variables say
 */
export async function speakerOf(
  { name, config }: EnvironmentFile,
  isReviewed: boolean,
  job: NodeJS.ProcessEnv = process.env,
  stacks: readonly StackFile[] = readStacks(),
  lookUpPlatform: (platform: string) => Promise<Platform | undefined> = platformAt,
): Promise<Speaker> {
  const platform = stacks.find((stack) => stack.name === config.platform)?.config;
  if (platform?.role !== 'platform') throw new Error(`${name} has no platform`);
  const kind = ciKinds[platform.ci];
  if (jobOf(platform.ci, job) === undefined) {
    if (!isReviewed) return { person: personAtMachine() };
    throw new UserError(`--reviewed is for a job of ${kind.title}, and this is none`, `${sluice('approve')} ${name}`);
  }
  const repositories = Object.values(config.services).flatMap(({ repository }) => repository ?? []);
  const drone = kind.external ? {} : droneOf(await lookUpPlatform(config.platform));
  const question: ProofQuestion = { job, environment: name, repositories, platform, ...drone };
  const named = (login: string): string => personOf(platform.ci, login);
  if (isReviewed) {
    // Where an environment has no reviewers, whoever has started the run by hand says it.
    const review = await kind.reviewOf?.(question);
    if (review !== undefined) return { person: named(review.person), review };
  }
  const asked = await kind.whoAsked?.(question);
  return asked === undefined ? { person: undefined } : { ...asked, person: named(asked.person) };
}

/** Where the platform's own Drone is asked, as its last update has told. */
function droneOf(outputs: Platform | undefined): Pick<ProofQuestion, 'drone'> {
  if (outputs === undefined || outputs.drone === null || outputs.droneLogin === null) return {};
  const { url, stepsUrl } = outputs.drone;
  const urls = stepsUrl === undefined ? [url] : [url, stepsUrl];
  return { drone: { urls, token: outputs.droneLogin.token } };
}
