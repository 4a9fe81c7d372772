import { variableOf, type Variable } from '../config/variables';
import type { PlatformConfig } from '../config';
import { hostOf } from '../clients/registry/address';
import type { ExternalPipeline, PipelineEnvironment } from '../pipelines/external';
import { channelOf } from './channel-candidate';
import { isEnvironment, type StackFile } from '../config/stack';
import type { PlatformOutputs } from './platform-outputs';
import { kindOf } from '../targets/kinds';

/**
 * The way of a repository whose CI server is elsewhere.
 * @param platform the platform's stack file
 * @param stacks all stacks, in the order in which they are brought up
 * @param outputs what the platform's last update has told
 */
export function externalPipeline(
  name: string,
  platform: StackFile & { config: PlatformConfig },
  stacks: readonly StackFile[],
  outputs: Pick<PlatformOutputs, 'registry'> & { deployImage: NonNullable<PlatformOutputs['deployImage']> },
): ExternalPipeline {
  const { config, variables } = platform;
  const { branch, tag, platforms, artifacts } = config.repositories[name] ?? { branch: 'main', tag: 'latest' };
  const targets = targetsOf(name, platform, stacks);
  const { registry, deployImage } = outputs;
  const written = (text: string): string => hostAsWritten(text, variables);
  const login = loginOf(config, variables);
  return {
    instance: config.prefix,
    stack: platform.name,
    defaultBranch: branch,
    service: name,
    registry: {
      address: written(registry.address),
      endpoint: config.registryStepsUrl,
      ...(registry.ca === undefined ? {} : { ca: Buffer.from(registry.ca).toString('base64') }),
    },
    channels: targets.flatMap(({ deployOn, channel }) =>
      deployOn === 'push' && channel !== undefined ? [channel] : [],
    ),
    environments: targets.filter(({ deployOn }) => deployOn === 'push').map((target) => target.name),
    buildArguments: {},
    ...(platforms === undefined ? {} : { platforms }),
    ...(artifacts === undefined ? {} : { artifacts }),
    image: `${written(deployImage.image)}@${deployImage.digest}`,
    imageTag: deployImage.tag,
    tag,
    reservedTags: reserved(stacks),
    login,
    stateVariables: config.ciVariables,
    runner: config.ciRunner.split(',').map((label) => label.trim()),
    targets,
  };
}

/** The environments that run a service of the repository; the first is deployed by a push unless they say otherwise, the others by people. */
function targetsOf(repository: string, platform: StackFile, stacks: readonly StackFile[]): PipelineEnvironment[] {
  return stacks
    .filter(isEnvironment)
    .filter(({ config }) => config.platform === platform.name)
    .filter(({ config }) => Object.values(config.services).some((service) => service.repository === repository))
    .map(({ name, config, variables }, index) => {
      const follows = config.promotesFrom === '';
      return {
        name,
        deployOn: config.deployOn !== '' ? config.deployOn : index === 0 ? 'push' : 'manual',
        ...(follows ? { channel: channelOf(name, config) } : { promotesFrom: config.promotesFrom }),
        approval: 'approval' in config.gate && config.gate.approval !== undefined,
        onPlatformEngine: kindOf(config.target).isPlatformEngine,
        variables: [...new Set([...platform.variables, ...variables].map((variable) => variable.name))],
      };
    });
}

/** Every tag that an environment follows or moves. */
function reserved(stacks: readonly StackFile[]): string[] {
  const tags = stacks.filter(isEnvironment).flatMap(({ name, config }) => [channelOf(name, config), name]);
  return [...new Set(tags)].sort();
}

/** `$HARBOR_HOST/shop/discounts` where the stack file has the host from a variable: so it can be another one in a run. */
function hostAsWritten(image: string, variables: readonly Variable[]): string {
  const variable = variables.find(({ path }) => path.join('.') === 'registryHost');
  return variable === undefined ? image : `$${variable.name}${image.slice(hostOf(image).length)}`;
}

function loginOf(config: PlatformConfig, variables: readonly Variable[]): ExternalPipeline['login'] {
  const written = (key: 'registryUsername' | 'registryPassword'): string => {
    const variable = variables.find(({ path }) => path.join('.') === key);
    return variable === undefined ? config[key] : `$${variable.name}`;
  };
  const [username, password] = [written('registryUsername'), written('registryPassword')];
  // config/rules/ci.ts has refused a password that is no variable.
  return variableOf(password) === undefined ? undefined : { username, password };
}
