import * as pulumi from '@pulumi/pulumi';
import { Ledger } from '../components/ledger';
import { limitProcesses } from '../components/process-limit';
import { registries } from '../components/registries';
import type { PlatformConfig } from '../config';
import { declareBuilds, publishedImage } from './builds';
import { neededElsewhere } from '../config/needed-elsewhere';
import { chooseToolImages } from './images';
import { registryOutput } from './platform-outputs';
import type { PlatformSurroundings } from './platform-surroundings';

/**
 * Declares a platform whose git host and CI server are elsewhere, and returns the stack's outputs (PlatformOutputs). Nothing runs
 * here but the ledger of environments on this engine; what the CI's jobs need is published to the registry: the deploy image.
 */
export async function declareBarePlatform(
  config: PlatformConfig,
  { files, images: foundImages, imageId, contentHash }: PlatformSurroundings,
): Promise<Record<string, unknown>> {
  const { prefix: instance, bind } = config;
  const stack = pulumi.getStack();
  const images = chooseToolImages(config, foundImages());
  const registry = new registries[config.registry]('registry', {
    instance,
    // It has neither container nor network.
    network: '',
    images: { registry: '', edge: images.edge },
    bind,
    port: config.registryPort,
    host: config.registryHost,
    namespace: config.registryNamespace,
    ...(config.registryCa === '' ? {} : { ca: config.registryCa }),
    ...(config.registryStepsUrl === '' ? {} : { stepsUrl: config.registryStepsUrl }),
    repository: 'sluice-deploy',
    login: pulumi.secret({ username: config.registryUsername, password: config.registryPassword }),
  });
  const deployImage = publishedImage('deploy', images.tools, await imageId(images.tools), registry);
  const needs = neededElsewhere(stack, files());
  const edgeImage = needs.edge ? publishedImage('edge', images.edge, await imageId(images.edge), registry) : undefined;
  const ledger = needs.ledgerHere ? new Ledger('ledger', { instance, stack, image: images.tools }) : undefined;
  if (ledger !== undefined) limitProcesses('process-limit', [ledger.containerId]);
  const builds = declareBuilds(config, registry, images.node, contentHash);

  return {
    instance,
    network: null,
    bind,
    engineSocket: config.engineSocket,
    registry: registryOutput(config.registry, registry),
    registryLogins: registry.logins,
    gitHost: null,
    gitLogin: null,
    drone: null,
    droneLogin: null,
    repositories: Object.fromEntries(
      Object.keys(config.repositories).map((name) => [name, { cloneUrl: null, webUrl: null }]),
    ),
    images: pulumi.all(Object.fromEntries(Object.entries(builds).map(([name, build]) => [name, build.output]))),
    toolImages: { edge: images.edge, tools: images.tools },
    ledger: ledger === undefined ? null : { container: ledger.ready, volume: ledger.volumeName },
    ci: config.ci,
    deployImage: deployImage.output,
    edgeImage: edgeImage?.output ?? null,
  };
}
