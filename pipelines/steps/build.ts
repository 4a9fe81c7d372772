import { docker, type DockerCall } from '../../clients/docker/docker';
import { ancestorsLabel, tagLabel } from '../../releases/names';
import { artifactSources, buildSettings, imageRepository, imageTag, needed, ownTag, platforms } from './settings';
import { assertStages, buildArtifacts } from './artifacts';
import { dockerBuild, engineDiskFull, readDockerfile } from './builder';
import { ancestorsIn, checkedOutCommit, Commit } from './commit';
import { platformTrouble } from './platforms';
import { stepTools, StepTools } from './settings';
import { sameAtDesk } from './words';

/**
 * Step `build`: builds the image that is deployed and names it `REGISTRY/SERVICE:COMMIT`, in the engine only; with the run's own
 * tag, where it has one, `REGISTRY/SERVICE:COMMIT-TAG`. Then the files that are published with it, each in an image of its own.
 * @returns 0 when it is built, 1 when not
 * @throws UserError when there is no room on the engine's disk, the builder can't build for a platform, or a stage leaves no such file
 */
export default async function build(_words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return runBuild(env, stepTools(env), docker);
}

/** The step with its tools as arguments. */
export async function runBuild(env: NodeJS.ProcessEnv, tools: StepTools, call: DockerCall): Promise<number> {
  const { instance, service, buildArguments } = buildSettings(env);
  const { say, workspace } = tools;
  const commit = await checkedOutCommit(workspace);
  const [repository, own] = [imageRepository(env), ownTag(env, commit)];
  const [tag, wanted] = [`${repository}:${own}`, platforms(env)];
  const artifacts = { service, sources: artifactSources(env), repository, ownTag: own };
  assertStages(artifacts, await readDockerfile(workspace));
  say(`Building ${tag}`);
  const source = needed(env, 'SLUICE_REPOSITORY_URL');
  const labels = imageLabels({ ...commit, ancestors: await ancestorsIn(workspace) }, source, imageTag(env));
  const request = { folder: workspace, instance, buildArguments };
  const result = await dockerBuild({ ...request, tag, labels, platforms: wanted }, say, call);
  const full = result.code === 0 ? undefined : (engineDiskFull(result) ?? platformTrouble(result, wanted));
  if (full !== undefined) throw full;
  if (result.code !== 0) {
    say('');
    say(`The image of ${service} could not be built; the reason is above. Nothing was pushed or deployed.`);
    say(sameAtDesk());
    return 1;
  }
  say(`Built ${tag}${wanted.length === 0 ? '' : ` for ${wanted.join(', ')}`}.`);
  return (await buildArtifacts(artifacts, request, say, call)) ? 0 : 1;
}

/** The labels by which a release's image tells where it comes from; the same commit and tag give the same labels. */
export function imageLabels(
  commit: Commit & { ancestors: string },
  source: string,
  tag?: string,
): Record<string, string> {
  return {
    'org.opencontainers.image.revision': commit.id,
    'org.opencontainers.image.created': commit.time,
    'org.opencontainers.image.source': source,
    'sluice.commit.message': commit.subject,
    // Of the first commit too, which has none: an image that this one is made from may have some.
    [ancestorsLabel]: commit.ancestors,
    ...(tag === undefined ? {} : { [tagLabel]: tag }),
  };
}
