import { madeBy, namesIn, type ExternalPipeline, type PipelineEnvironment } from './external';
import { deploymentNames } from './external-commands';
import { isOfJob } from './github-expressions';

/** The environments that only a run by hand deploys. */
export function manualOnes({ targets }: ExternalPipeline): PipelineEnvironment[] {
  return targets.filter(({ deployOn }) => deployOn === 'manual');
}

/** Where the registry's host is a variable, it is one that may be seen: GitHub lets no secret into an image's name. */
export function hosts({ registry }: ExternalPipeline): string[] {
  return namesIn(registry.address);
}

/** What the workflow says of itself, and what people have to set at GitHub. */
export function notes(description: ExternalPipeline): string[] {
  const { targets, login, registry } = description;
  const own = namesIn(registry.address, login?.username ?? '', login?.password ?? '').filter((name) => !isOfJob(name));
  const manual = manualOnes(description).map(({ name }) => name);
  const visible = hosts(description).filter((name) => !isOfJob(name));
  return [
    ...madeBy(description),
    '',
    ...(own.length === 0 ? [] : [`To set at GitHub for the repository: ${own.join(', ')}.`]),
    ...(visible.length === 0 ? [] : [`  As a variable and no secret: ${visible.join(', ')}.`]),
    'To set at GitHub for each environment (Settings, Environments), as secrets; let only the default branch deploy there:',
    ...targets.map((target) => {
      const names = deploymentNames(description, target).filter((name) => !isOfJob(name) && !own.includes(name));
      return `  ${target.name}: ${names.join(', ')}${target.approval ? '. Its required reviewers are the people who approve.' : ''}`;
    }),
    ...(manual.length === 0 ? [] : [`${manual.join(', ')}: deployed only by a run that a person starts.`]),
  ];
}
