import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { Drone } from '../components/ci/drone';
import { builderOf, droneForSteps, Gateway, gitForSteps } from '../components/ci/gateway';
import type { GitHost } from '../components/git-hosts';
import { gitHosts } from '../components/git-hosts';
import { gitPort } from '../components/git-hosts/git-host';
import { password } from '../components/password';
import { PipelineService } from '../components/pipeline-service';
import { limitProcesses } from '../components/process-limit';
import { registries, type Registry } from '../components/registries';
import { Repository } from '../components/repository';
import type { PlatformConfig } from '../config';
import { abilitiesOf, limitsOf } from '../clients/git-host/abilities';
import { labelList } from '../clients/docker/labels';
import { registrySecrets, stateSecret, type PipelineDescription } from '../pipelines/description';
import { readableDronePipelines } from '../pipelines/drone';
import { externalServerOf } from '../pipelines/kinds';
import { declareBuilds, publishedImage } from './builds';
import { chooseImages } from './images';
import { declareLedgers } from './ledgers';
import { registryOutput, stackFilesOutput } from './platform-outputs';
import { declareBarePlatform } from './bare-platform';
import { platformSurroundings } from './platform-surroundings';
import { routeOf } from './route';
import { describedAccess, stateAccess, type StateAccess } from './state-access';
import { stateOf } from './state-place';
import { neededElsewhere } from '../config/needed-elsewhere';

/** The organization at the git host that all repositories belong to. */
const owner = 'sluice';

/** Declares the platform, which all environments share, and returns the stack's outputs (PlatformOutputs). */
export async function declarePlatform(
  config: PlatformConfig,
  surroundings = platformSurroundings,
): Promise<Record<string, unknown>> {
  if (externalServerOf(config.ci) !== undefined) return declareBarePlatform(config, surroundings);
  const { imageId, contentHash, stackFiles } = surroundings;
  const backend = surroundings.backend();
  const stacks = surroundings.files();
  const access = stateAccess(config, stacks, surroundings.variables());
  const { prefix: instance, bind } = config;
  const stack = pulumi.getStack();
  const images = chooseImages(config, surroundings.images());
  const network = new docker.Network('network', {
    name: `${instance}-platform`,
    labels: labelList({ instance, stack, role: 'network' }),
  }).name;
  const platform = await surroundings.engine();

  const ledgers = declareLedgers(config, backend);
  const registry = new registries[config.registry]('registry', {
    instance,
    network,
    images: { registry: images.registry, edge: images.edge },
    bind,
    port: config.registryPort,
    ...(config.registryHost === '' ? {} : { host: config.registryHost }),
    ...(config.registryNamespace === '' ? {} : { namespace: config.registryNamespace }),
    ...(config.registryCa === '' ? {} : { ca: config.registryCa }),
    ...(config.registryStepsUrl === '' ? {} : { stepsUrl: config.registryStepsUrl }),
    repository: [...Object.keys(config.repositories), ...Object.keys(config.builds)].sort()[0],
    login: pulumi.secret({ username: config.registryUsername, password: config.registryPassword }),
  });
  const place = { instance, port: config.dronePort };
  const gitHost = new gitHosts[images.gitHost.kind]('git-host', {
    instance,
    network,
    image: images.gitHost.image,
    bind,
    port: config.gitHostPort,
    ciServer: Drone.address(place),
  });
  const gateway = new Gateway('gateway', {
    instance,
    network,
    image: images.edge,
    engineSocket: config.engineSocket,
    gitLogin: gitHost.machine,
    gitReader: gitHost.login,
    behind: {
      registryAddress: registry.address,
      gitHost: `${gitHost.containerName}:${gitPort}`,
      owner,
      pushRecord: abilitiesOf(gitHost.kind).pushRecord,
      drone: `${Drone.address(place).container}:80`,
      registry: registry.behindGateway,
    },
  });
  const toolsImage = await imageId(images.tools);
  const pipelines = Object.entries(config.repositories).map(
    ([name, { branch, platforms, artifacts }]): PipelineDescription => ({
      instance,
      stack,
      repository: `${owner}/${name}`,
      cloneUrl: `${gitForSteps(instance)}/${owner}/${name}.git`,
      source: `${gitHost.url}/${owner}/${name}`,
      defaultBranch: branch,
      service: name,
      registry: {
        address: registry.address,
        endpoint: registry.stepsUrl,
        ...(registry.ca === undefined ? {} : { ca: Buffer.from(registry.ca).toString('base64') }),
      },
      ...routeOf(name, branch, stacks),
      toolsImage,
      builder: builderOf(instance),
      engineSocket: config.engineSocket,
      ...stateOf(surroundings),
      ...describedAccess(access),
      platform,
      buildArguments: { BASE_IMAGE: images.node },
      platforms,
      artifacts,
    }),
  );
  const secret = password('pipelines-secret').result;
  const pipelineService = new PipelineService('pipelines', {
    instance,
    stack,
    network,
    image: images.tools,
    stepsImage: toolsImage,
    platform,
    secret,
    pipelines,
  });
  const drone = new Drone('drone', {
    ...place,
    network,
    images: { server: images.drone, runner: images.runner, edge: images.edge },
    bind,
    gitHost,
    stepsNetwork: gateway.network,
    platform,
    oldestApi: await surroundings.oldestApi(),
    capacity: config.droneCapacity,
    engineSocket: config.engineSocket,
    pipelines: { endpoint: pipelineService.endpoint, secret },
  });
  limitProcesses('process-limit', [
    ...registry.containerIds,
    gateway.containerId,
    gitHost.containerId,
    pipelineService.containerId,
    ...drone.containerIds,
  ]);
  const builds = declareBuilds(config, registry, images.node, contentHash);
  const needs = neededElsewhere(stack, stacks);
  // Checks of what runs on other machines run there, in an image that those can pull.
  const deployImage = needs.tools ? publishedImage('deploy', images.tools, toolsImage, registry) : undefined;
  const edgeImage = needs.edge ? publishedImage('edge', images.edge, await imageId(images.edge), registry) : undefined;
  const repositories = declareRepositories(config, pipelines, { gitHost, drone, registry }, access, [
    pipelineService,
    ...Object.values(builds),
  ]);

  return {
    instance,
    network,
    bind,
    engineSocket: config.engineSocket,
    registry: registryOutput(config.registry, registry),
    registryLogins: registry.logins,
    gitHost: {
      kind: gitHost.kind,
      url: gitHost.url,
      stepsUrl: gitForSteps(instance),
      container: gitHost.containerName,
    },
    gitLogin: gitHost.login,
    drone: { url: drone.url, stepsUrl: droneForSteps(instance) },
    droneLogin: drone.login,
    repositories,
    images: pulumi.all(Object.fromEntries(Object.entries(builds).map(([name, build]) => [name, build.output]))),
    toolImages: { edge: images.edge, tools: images.tools },
    ledgers,
    ...(await stackFilesOutput(config.store, backend, () => stackFiles(stack))),
    ci: config.ci,
    deployImage: deployImage?.output ?? null,
    edgeImage: edgeImage?.output ?? null,
  };
}

/** The repositories whose pushes the CI server builds; the first push is the seed. */
function declareRepositories(
  config: PlatformConfig,
  pipelines: readonly PipelineDescription[],
  { gitHost, drone, registry }: { gitHost: GitHost; drone: Drone; registry: Registry },
  access: StateAccess,
  before: pulumi.Resource[],
): Record<string, { cloneUrl: pulumi.Output<string>; webUrl: pulumi.Output<string> }> {
  return Object.fromEntries(
    Object.entries(config.repositories).map(([name, { source, branch }]) => {
      const pipeline = pipelines.find(({ service }) => service === name);
      const repository = new Repository(
        name,
        {
          gitHost,
          ciServer: drone,
          owner,
          defaultBranch: branch,
          seed: {
            // config/rules/ci.ts has refused one without.
            folder: source ?? name,
            files:
              pipeline === undefined ? {} : { '.drone.yml': readableDronePipelines(pipeline, limitsOf(gitHost.kind)) },
          },
          secrets: registry.logins.apply(({ push }) => ({
            [registrySecrets.username]: push.username,
            [registrySecrets.password]: push.password,
            ...Object.fromEntries(Object.entries(access.secrets).map(([name, value]) => [stateSecret(name), value])),
          })),
        },
        // The seed's push starts the first pipeline, whose environments need the platform's images.
        { dependsOn: before },
      );
      return [name, { cloneUrl: repository.cloneUrl, webUrl: repository.webUrl }];
    }),
  );
}
