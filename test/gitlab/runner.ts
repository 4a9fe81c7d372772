import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { projectRoot } from '../../base/paths';
import { buildTestImage } from '../clients/docker/test-image';

/** What a pipeline, or one of its jobs, left. */
export interface PipelineRun {
  /** 0 when all jobs succeeded. */
  code: number;
  /** All that its jobs printed. */
  output: string;
}

/** Runs pipelines of a repository as GitLab's runner does with its Docker executor: each job in a container of its own, from its image. */
export interface GitLabRunner {
  /** A push to the branch that is checked out: all jobs that wait for nobody. `variables` are those that the run is given. */
  push(variables?: Readonly<Record<string, string>>): Promise<PipelineRun>;
  /** A person starts a job of the last pipeline. `variables` are those that only this job has, an ID token for one. */
  start(job: string, variables?: Readonly<Record<string, string>>): Promise<PipelineRun>;
}

/**
 * @param o.name of the containers that it runs in
 * @param o.repository the checkout that is pushed; pipelines keep their notes in it
 * @param o.variables those of the project
 * @param o.volumes folders of this machine that jobs see under the same name
 * @param o.dockerConfig folder with the login by which images of jobs are pulled
 */
export async function gitLabRunner(o: {
  name: string;
  repository: string;
  variables: Readonly<Record<string, string>>;
  volumes: readonly string[];
  dockerConfig: string;
}): Promise<GitLabRunner> {
  const image = await buildTestImage('gitlab', __dirname);
  const socket = '/var/run/docker.sock';
  const program = path.join(projectRoot, 'node_modules', 'gitlab-ci-local', 'dist', 'index.js');
  const variablesFile = path.join(o.repository, '.gitlab-ci-local-variables.yml');
  let runs = 0;
  const run = async (args: readonly string[], variables: Readonly<Record<string, string>>): Promise<PipelineRun> => {
    // A file: no secret on a command line.
    fs.writeFileSync(variablesFile, JSON.stringify({ ...o.variables, ...variables }), { mode: 0o600 });
    const mounts = [o.repository, o.dockerConfig, socket].flatMap((place) => ['--volume', `${place}:${place}`]);
    const { code, stdout, stderr } = await docker(
      [
        ...['run', '--rm', '--name', `${o.name}-${++runs}`, '--network', 'host', '--workdir', o.repository],
        ...mounts,
        ...['--volume', `${program}:/gitlab-ci-local.mjs:ro`],
        ...['--env', `DOCKER_CONFIG=${o.dockerConfig}`, '--env', 'GIT_CONFIG_COUNT=1'],
        ...['--env', 'GIT_CONFIG_KEY_0=safe.directory', '--env', 'GIT_CONFIG_VALUE_0=*'],
        ...[image, 'node', '/gitlab-ci-local.mjs', '--no-color'],
        ...['--network', 'host', '--helper-image', image, '--pull-policy', 'if-not-present'],
        ...[socket, ...o.volumes].flatMap((place) => ['--volume', `${place}:${place}`]),
        ...args,
      ],
      { allowFailure: true, timeoutSeconds: 900 },
    );
    const output = stdout + stderr;
    // A job that may fail, as one that waits for a person may, leaves the pipeline what it was.
    return { code: /^\S.* finished in .* WARN \d+ *$/m.test(output) ? 1 : code, output };
  };
  let last: Readonly<Record<string, string>> = {};
  return {
    push: (variables = {}) => run([], (last = variables)),
    start: (job, variables = {}) => run([job], { ...last, ...variables }),
  };
}
