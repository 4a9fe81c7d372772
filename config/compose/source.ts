import type { Context, Draft } from './draft';
import { sluice } from '../../base/command';
import { at, entriesOf, refuse, refuseOthers, textOf, type Spot } from './values';

const digest = /@sha256:[0-9a-f]{64}$/;

/** An image as people write it, `registry:5000/team/app:1.2@sha256:…`. */
export interface ImageName {
  /** Without tag and digest. */
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
}

/** The parts of an image's name. */
export function imageName(text: string): ImageName {
  const [name = '', hash] = text.split('@');
  const colon = name.lastIndexOf(':');
  const tagged = colon > name.lastIndexOf('/');
  return {
    repository: tagged ? name.slice(0, colon) : name,
    tag: tagged ? name.slice(colon + 1) : undefined,
    digest: hash,
  };
}

const pipeline = "is not known to the pipeline, which builds the Dockerfile's last stage as it stands";

/**
 * Where a service's image comes from: what the stack's file says (a repository, a build, an image), else the platform's build of
 * the service's name where the compose file builds it, else the image, by digest.
 */
export function readSource(image: Spot | undefined, build: Spot | undefined, context: Context): Draft {
  const { own, service, problems } = context;
  const place = `sluice:services.${service}`;
  if (own['image'] !== undefined) return {};
  if (build !== undefined) {
    readBuild(build);
    return own['repository'] === undefined && own['build'] === undefined ? { build: service } : {};
  }
  if (own['repository'] !== undefined || own['build'] !== undefined) return {};
  if (image === undefined) {
    problems.refuse(
      context.at,
      `services.${service}`,
      `has neither image nor build; write one, or ${place}.repository`,
    );
    return {};
  }
  const text = textOf(image);
  if (text === undefined) return {};
  if (!digest.test(text)) {
    refuse(
      image,
      `${text} names no digest, so that it may be another image tomorrow; write "image: ${text.split('@')[0] ?? text}@sha256:…", ` +
        `which this does: ${sluice('compose')} pin ${context.at.file}; or say where it is built, with ${place}.repository or .build`,
    );
    return {};
  }
  const { repository, digest: hash = '' } = imageName(text);
  return { image: `${repository}@${hash}` };
}

function readBuild(build: Spot): void {
  if (build.node.kind === 'scalar') return;
  refuseOthers(build, {
    context: undefined,
    dockerfile: undefined,
    tags: undefined,
    labels: undefined,
    pull: undefined,
    no_cache: undefined,
    cache_from: undefined,
    cache_to: undefined,
    platforms: undefined,
    args: undefined,
    target: `${pipeline}; make that stage the last one`,
    dockerfile_inline: `${pipeline}; write it to a file Dockerfile`,
    additional_contexts: pipeline,
    entitlements: pipeline,
    extra_hosts: pipeline,
    isolation: pipeline,
    network: pipeline,
    privileged: pipeline,
    secrets: pipeline,
    shm_size: pipeline,
    ssh: pipeline,
    ulimits: pipeline,
    provenance: pipeline,
    sbom: pipeline,
  });
  const args = at(build.node, 'args');
  if (args !== undefined && !isEmpty(args)) {
    refuse(
      { ...build, node: args, where: `${build.where}.args` },
      `${pipeline}; give each ARG of the Dockerfile its value there`,
    );
  }
  for (const [key, each] of entriesOf(build)) {
    if (key === 'dockerfile' && textOf(each) !== 'Dockerfile')
      refuse(each, 'is not called Dockerfile, which is what pipelines build');
  }
}

function isEmpty(node: Spot['node']): boolean {
  if (node.kind === 'list') return node.items.length === 0;
  return node.kind === 'map' ? node.entries.size === 0 : node.value === null;
}
