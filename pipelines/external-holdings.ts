import { parse } from 'yaml';
import { stateVariables, type ExternalPipeline } from './external';
import { loginNames, startIn } from './external-commands';
import { isOfJob, isToken } from './github-expressions';
import { idTokenVariable } from './gitlab-identity';
import type { Holding } from './holdings';

/** Of a job as GitLab and GitHub read it, as far as it is looked at. */
interface Job {
  script?: string[];
  steps?: { run?: string }[];
}

/**
 * What each start of the program holds in the jobs of a CI server elsewhere, read from the file as that server gets it. A job's folder is
 * taken to hold what was pushed until it is emptied: a runner may have left an older job's there.
 * @param server as people call it
 * @param yaml what {@link gitLabPipeline} or {@link gitHubWorkflow} made of the description
 */
export function externalHoldings(server: string, yaml: string, description: ExternalPipeline): Holding[] {
  const file = parse(yaml, { version: '1.1' }) as { jobs?: Record<string, Job> } & Record<string, Job>;
  const secrets = secretsOf(description);
  return Object.entries(file.jobs ?? file).flatMap(([name, { script, steps }]) => {
    let pushedFiles = true;
    return (script ?? steps?.map(({ run = '' }) => run) ?? []).flatMap((command): Holding[] => {
      if (/^\/usr\/bin\/find "\$\w+" -mindepth 1 -delete$/.test(command)) pushedFiles = false;
      const found = startIn(command);
      if (found === undefined) return [];
      const [, verb = '', what = ''] = found.words.split(' ');
      return [
        {
          step: `${server}, ${name}: ${verb} ${what}`,
          secrets: found.names.filter((each) => secrets.includes(each)),
          // What tests, builds and pushes has the runner's engine for that, and no environment is there.
          engine: verb !== 'step' && found.names.includes('DOCKER_HOST'),
          state: found.names.includes(stateVariables[0]),
          pushedFiles,
        },
      ];
    });
  });
}

/** All that is set at the server, and what it gives to a job itself. */
function secretsOf({ targets, stateVariables: more }: ExternalPipeline): string[] {
  const named = targets.flatMap(({ variables }) => variables);
  const set = named.filter((name) => !isOfJob(name) || isToken(`$${name}`));
  return [...loginNames, ...set, ...stateVariables, ...more, idTokenVariable, 'GITHUB_TOKEN'];
}
