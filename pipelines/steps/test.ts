import { docker, type DockerCall } from '../../clients/docker/docker';
import { UserError } from '../../base/errors';
import { lacksStage } from '../../clients/docker/build-words';
import { dockerBuild, engineDiskFull } from './builder';
import { checkedOutCommit } from './commit';
import { buildSettings, stepTools, StepTools } from './settings';
import { sameAtDesk } from './words';

/** Stage of a service's Dockerfile that runs its unit tests. */
const stage = 'test';

/**
 * Step `test`: builds the Dockerfile's stage "test".
 * @returns 0 when the tests passed, 1 when not
 * @throws UserError when there is no Dockerfile or no such stage, or no room on the engine's disk
 */
export default async function test(_words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return runTest(env, stepTools(env), docker);
}

/** The step with its tools as arguments. */
export async function runTest(env: NodeJS.ProcessEnv, tools: StepTools, call: DockerCall): Promise<number> {
  const { instance, service, buildArguments } = buildSettings(env);
  const { say, workspace } = tools;
  const commit = await checkedOutCommit(workspace);
  say(`Testing ${service} at ${commit.id.slice(0, 12)}: ${commit.subject}`);
  say(`(the Dockerfile's stage "${stage}"; what did not change since the last build is not run again)`);
  const result = await dockerBuild({ folder: workspace, instance, target: stage, buildArguments }, say, call);
  if (result.code === 0) {
    say(`The unit tests of ${service} passed.`);
    return 0;
  }
  if (lacksStage(result, stage)) {
    throw new UserError(
      `the Dockerfile has no stage "${stage}", so nothing is known of this change and it goes no further`,
      `add "FROM … AS ${stage}" with the unit tests to the Dockerfile (RUN npm test), commit and push`,
    );
  }
  const full = engineDiskFull(result);
  if (full !== undefined) throw full;
  say('');
  say(`The tests of ${service} failed; the reason is above. No image was made, and what runs stays as it is.`);
  say(sameAtDesk(stage));
  return 1;
}
