import * as pulumi from '@pulumi/pulumi';
import { registries } from '../components/registries';
import type { PlatformConfig } from '../config';
import { declareBuilds, publishedImage } from './builds';
import { neededElsewhere } from '../config/needed-elsewhere';
import { chooseToolImages } from './images';
import { declareLedgers } from './ledgers';
import { registryOutput, stackFilesOutput } from './platform-outputs';
import type { PlatformSurroundings } from './platform-surroundings';

/**
 * Declares a platform whose git host and CI server are elsewhere, and returns the stack's outputs (PlatformOutputs). Nothing runs
 * here; what the CI's jobs need is published to the registry: the deploy image.
 */
export async function declareBarePlatform(
  config: PlatformConfig,
  { files, images: foundImages, imageId, contentHash, stackFiles, ...surroundings }: PlatformSurroundings,
): Promise<Record<string, unknown>> {
  const { prefix: instance, bind } = config;
  const stack = pulumi.getStack();
  const backend = surroundings.backend();
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
  const ledgers = declareLedgers(config, backend);
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
    ledgers,
    ...(await stackFilesOutput(config.store, backend, () => stackFiles(stack))),
    ci: config.ci,
    deployImage: deployImage.output,
    edgeImage: edgeImage?.output ?? null,
  };
}
