import { DroneClient, hasEnded, type DroneBuild } from '../clients/drone/client';
import { UserError } from '../base/errors';
import { approveStepName } from './drone-steps';
import type { ProvedPerson, ProofQuestion } from './kinds/kind';

/** Who starts builds that no person has started: the git host's hooks, and Drone's own clock. */
const nobody = /^@/;

/**
 * The person who has promoted the build that this step is of, as Drone tells it. Which build that is, a step has from its runner, which sets
 * these two variables after all that somebody may have added to the build. At a terminal they may say anything: Drone has to know the
 * build, and to be at this very step of it.
 * @throws UserError when Drone does not confirm it
 */
export async function promoterAtDrone({
  job,
  environment,
  repositories,
  platform,
  drone,
}: ProofQuestion): Promise<ProvedPerson> {
  const { DRONE_REPO: slug = '', DRONE_BUILD_NUMBER: number = '' } = job;
  if (drone === undefined) throw notConfirmed(slug, number, 'the platform has no Drone yet');
  if (!/^[\w.-]+\/[\w.-]+$/.test(slug) || !/^\d{1,15}$/.test(number)) {
    throw notConfirmed(slug, number, 'that is no name of a build');
  }
  const build = await told(drone, slug, Number(number));
  const repository = repositories.find((name) => name === slug.split('/')[1]);
  const branch = repository === undefined ? undefined : platform.repositories[repository]?.branch;
  const reason = unproved(build, environment, branch);
  if (reason !== undefined) throw notConfirmed(slug, number, reason);
  return { person: build.trigger ?? '', commit: build.after };
}

/**
 * Why a build is no promotion that approves for an environment; undefined when it is one.
 * @param branch the delivered one of the repository; undefined of a repository that the environment runs nothing of
 */
export function unproved(build: DroneBuild, environment: string, branch: string | undefined): string | undefined {
  if (branch === undefined) return 'the environment has nothing of its repository';
  if (build.event !== 'promote') return `it is no promotion, but of a ${build.event}`;
  if (build.deploy_to !== environment) return `it was promoted to ${build.deploy_to ?? 'nothing'}`;
  if (build.target !== branch || build.ref !== `refs/heads/${branch}`) return `it is not of the branch ${branch}`;
  if (Object.keys(build.params ?? {}).length > 0) return 'it was started with parameters, which are not taken';
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(build.after)) return 'it names no commit';
  if (!/^[\w.-]{1,255}$/.test(build.trigger ?? '') || nobody.test(build.trigger ?? '')) return 'nobody has started it';
  const steps = (build.stages ?? []).flatMap((stage) => stage.steps ?? []);
  const own = steps.find(({ name }) => name === approveStepName(environment));
  if (own === undefined || own.status !== 'running' || hasEnded(build.status)) return 'this step of it does not run';
  return undefined;
}

/** Asks at each address until one answers: people and steps reach Drone by different ones. */
async function told(
  { urls, token }: NonNullable<ProofQuestion['drone']>,
  slug: string,
  number: number,
): Promise<DroneBuild> {
  const said: string[] = [];
  for (const url of urls) {
    try {
      return await new DroneClient(url, token).build(slug, number);
    } catch (error) {
      said.push((error as Error).message);
    }
  }
  throw notConfirmed(slug, String(number), said.at(-1) ?? 'it has no address');
}

function notConfirmed(slug: string, number: string, reason: string): UserError {
  return new UserError(
    `Drone does not confirm that build ${number} of ${slug} is somebody's word: ${reason}`,
    'promote the build in Drone, as yourself; at a terminal: unset DRONE_REPO DRONE_BUILD_NUMBER, then the same again',
  );
}
