import {
  apiVariables,
  movesChannel,
  registryVariables,
  stateVariables,
  type ExternalPipeline,
  type PipelineEnvironment,
} from './external';
import { buildVariables, releaseVariable, withFilesOf } from './step-variables';

/** Where this program lies in the image of the jobs. Everything runs there: nothing that was pushed may steer it. */
export const programFolder = '/sluice/program';

/** Starts a command with the variables of these names, those of the image, and no others: `named NAME… -- COMMAND…`. */
const launcher = `/bin/sh ${programFolder}/pipelines/named`;

/** What a team's network needs, where it is set: proxies, and authorities of its own. */
const waysOut = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'],
];

/** Where an engine is, if it is not at its usual place. */
const engine = ['DOCKER_HOST', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'];

/** The registry's login, as steps read it. */
export const loginNames = ['REGISTRY_USERNAME', 'REGISTRY_PASSWORD'];

/** What every deployment of an environment reads: what stack files name, and the state. */
export function deploymentNames(description: ExternalPipeline, { variables }: PipelineEnvironment): string[] {
  return [...new Set([...variables, ...stateVariables, ...description.stateVariables])];
}

/** The commands of jobs, each with all that it may read. */
export interface Commands {
  test: string;
  build: string;
  push: string;
  channel: (target: PipelineEnvironment) => string;
  approve: (target: PipelineEnvironment, words: string) => string;
  deploy: (target: PipelineEnvironment) => string;
}

/**
 * The commands by which a repository's jobs run Sluice. A job's own environment is whatever somebody has set who started it; the program
 * sees only what is named.
 * @param o.job what the server itself says of the job
 * @param o.build variables of the job that builds, by name
 * @param o.proof what proves whose word an approval is
 */
export function commandsOf(
  description: ExternalPipeline,
  { job, build, proof }: { job: readonly string[]; build: readonly string[]; proof: readonly string[] },
): Commands {
  const registry = Object.keys(registryVariables(description));
  const files = withFilesOf(description).join(' ');
  const deployment = (target: PipelineEnvironment): string[][] => [
    deploymentNames(description, target),
    Object.keys(apiVariables(description)),
    target.onPlatformEngine ? engine : [],
    waysOut,
  ];
  return {
    test: start([job, Object.keys(buildVariables(description)), engine, waysOut], 'sluice step test'),
    build: start([job, build, engine, waysOut], 'sluice step build'),
    push: start([job, build, [...loginNames, 'SLUICE_RELEASE_FILE'], engine, waysOut], 'sluice step push'),
    channel: ({ channel = '' }) =>
      start([job, [...registry, releaseVariable], loginNames, waysOut], `sluice step channel ${channel}`),
    approve: (target, words) =>
      start([job, proof, ...deployment(target)], `sluice approve ${target.name} ${words} ${files}`),
    deploy: (target) => start([job, ...deployment(target)], `${deployCommand(target)} ${files}`),
  };
}

/** By hand an environment takes what the run has built, or nothing. */
function deployCommand(target: PipelineEnvironment): string {
  const isBound = target.deployOn === 'manual' && !movesChannel(target);
  return `sluice deploy ${target.name}${isBound ? ` --release "$${releaseVariable}"` : ''}`;
}

/** As people read it: names that belong together in a line, if a screen is wide enough. */
function start(groups: readonly (readonly string[])[], command: string): string {
  const seen = new Set<string>();
  const lines = groups.flatMap((names) => {
    const news = names.filter((name) => !seen.has(name));
    for (const name of news) seen.add(name);
    return inLines(news);
  });
  return [launcher, ...lines, `-- ${command}`].join(' \\\n  ');
}

function inLines(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length > 100) lines.push(name);
    else lines[lines.length - 1] = `${last} ${name}`;
  }
  return lines;
}

/** The program's own words in a command, and the names of what it reads; undefined of any other command. */
export function startIn(command: string): { words: string; names: string[] } | undefined {
  const line = command.replace(/ \\\n\s*/g, ' ');
  const [, names, words] = new RegExp(`${launcher} ([^-]*) -- (.*)`).exec(line) ?? [];
  return names === undefined || words === undefined ? undefined : { words, names: names.split(' ') };
}
