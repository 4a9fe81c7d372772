import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DockerOptions, DockerResult } from '../../../clients/docker/docker';
import type { DockerCall } from '../../../clients/docker/docker';
import { StepTools } from '../../../pipelines/steps/settings';

/** A call of the docker client as a test saw it. */
export interface Recorded {
  args: readonly string[];
  input?: string;
  env: NodeJS.ProcessEnv;
  /** What DOCKER_CONFIG held while the call ran, and its file's mode. */
  config?: { text: string; mode: number };
}

/** A docker client that runs nothing, records its calls and answers as it is told. */
export function fakeDocker(answers: (args: readonly string[]) => Partial<DockerResult> & { lines?: string[] }) {
  const calls: Recorded[] = [];
  const call: DockerCall = (args, options?: DockerOptions) => {
    const env = options?.env ?? {};
    const folder = env['DOCKER_CONFIG'];
    const file = folder === undefined ? undefined : path.join(folder, 'config.json');
    calls.push({
      args,
      env,
      input: options?.input?.toString(),
      config: file === undefined ? undefined : { text: readFileSync(file, 'utf8'), mode: statSync(file).mode & 0o777 },
    });
    const { lines = [], ...answer } = answers(args);
    lines.forEach((line) => options?.onLine?.(line));
    return Promise.resolve({ stdout: lines.join('\n'), stderr: '', code: 0, ...answer });
  };
  return { calls, call };
}

/** A folder with a repository of one commit. */
export interface Workspace extends StepTools {
  /** The commit's id. */
  commit: string;
  /** What was said. */
  log: string[];
  write(file: string, text: string): void;
  /** What the pipeline's definition gives to the steps, and the CI server, which names the commit. */
  environment: NodeJS.ProcessEnv;
  /** Adds a commit, and returns its id. */
  commitLater(): string;
  remove(): void;
}

/** The commit of every test's workspace. */
export const commitTime = '2026-11-21T09:30:00+01:00';
export const subject = 'Add SPRING25: a quarter off "all" $things';

export function workspace(files: Record<string, string> = { Dockerfile: dockerfile }): Workspace {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  for (const [file, text] of Object.entries(files)) write(file, text);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...args], {
      env: { ...process.env, GIT_AUTHOR_DATE: commitTime, GIT_COMMITTER_DATE: commitTime },
    }).toString();
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--allow-empty', '--message', `${subject}\n\nMore of it.`);
  const log: string[] = [];
  const commit = git('rev-parse', 'HEAD').trim();
  return {
    workspace: folder,
    commit,
    environment: { ...environment, DRONE_REPO: 'sluice/discounts', DRONE_BUILD_NUMBER: '1', DRONE_COMMIT_SHA: commit },
    commitLater: () => {
      git('commit', '--quiet', '--allow-empty', '--message', 'Later');
      return git('rev-parse', 'HEAD').trim();
    },
    log,
    say: (line) => void log.push(line),
    write,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

export const dockerfile = 'FROM node AS test\nRUN npm test\nFROM node\nCMD ["node", "server.js"]\n';

/** What the pipeline's definition gives to the steps. */
export const environment = {
  SLUICE_INSTANCE: 'sluice',
  SLUICE_SERVICE: 'discounts',
  SLUICE_BUILD_ARGUMENTS: '{"BASE_IMAGE":"sluice/node:22"}',
  SLUICE_REGISTRY: 'localhost:5500',
  SLUICE_REGISTRY_ENDPOINT: 'http://sluice-registry:5000',
  SLUICE_REPOSITORY_URL: 'http://localhost:3000/sluice/discounts',
  SLUICE_CHANNELS: 'staging',
  SLUICE_ENVIRONMENTS: 'staging,production',
};
