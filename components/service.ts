import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { labelList, labels } from '../clients/docker/labels';
import { markedName } from '../clients/docker/machine-mark';
import { dataVolume, releaseName } from '../releases/names';
import type { ServiceSettings } from '../config/schema/service';
import { serviceArguments } from './service-arguments';

/** Arguments of {@link Service}. */
export interface ServiceArgs {
  instance: string;
  /** The stack, which is the environment's name. */
  environment: string;
  /** The environment's Docker network. */
  network: pulumi.Input<string>;
  /** Digest of the release, known while the program runs: names are made of it. */
  digest: string;
  /** `repository@sha256:…`; for a gated environment from the promotion's stored output. */
  image: pulumi.Input<string>;
  /** All of them are part of the release's name. */
  settings: ServiceSettings;
  /** What the environment is marked with on another machine; it ends the resources' names, not the container's. @default none */
  machine?: string | undefined;
  /** No edge stands in front of it: in the network it has the service's name itself. @default false */
  direct?: boolean;
  /** What has to be there before its container starts. @default nothing */
  after?: pulumi.Resource[];
}

/**
 * One service of an environment: the container of its current release.
 *
 * The container's logical and physical name carry a hash of the digest and of all settings, so that a change of
 * either is a new resource: created first, served from once healthy, the old one deleted last.
 */
export class Service extends pulumi.ComponentResource {
  /** Name of the release's container; it resolves in the environment's network. */
  readonly containerName: string;
  /** The release's name, which carries its digest and all its settings. */
  readonly release: string;
  /** Id of the release's container, which need not be healthy yet. */
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Service', name, {}, opts);
    const { settings, machine } = args;
    const recreate = settings.strategy === 'recreate';
    this.release = releaseName(name, args.digest, settings);
    this.containerName = `${args.instance}-${args.environment}-${recreate ? name : this.release}`;

    const image = new docker.RemoteImage(
      markedName(`${name}-${args.digest.slice('sha256:'.length, 'sha256:'.length + 12)}`, machine),
      // Environments on one engine share digests: an image is removed by the clean-up, never by a deletion here.
      { name: args.image, keepLocally: true },
      { parent: this },
    );
    const container = new docker.Container(
      markedName(recreate ? name : this.release, machine),
      {
        name: this.containerName,
        image: image.repoDigest,
        labels: labelList(
          { instance: args.instance, stack: args.environment, role: 'release' },
          { [labels.service]: name, [labels.digest]: args.digest },
        ),
        networksAdvanced: [
          { name: args.network, aliases: args.direct === true ? [name, ...(settings.aliases ?? [])] : undefined },
        ],
        ...serviceArguments(settings),
        volumes: Object.entries(settings.volumes).map(([containerPath, volume]) => ({
          containerPath,
          volumeName: dataVolume(args.instance, args.environment, volume),
          readOnly: settings.readOnlyVolumes?.includes(containerPath) === true ? true : undefined,
        })),
        // The cutover waits: it knows sooner that a container will not become healthy, and tells its last words.
        wait: false,
        mustRun: true,
      },
      { parent: this, deleteBeforeReplace: recreate, dependsOn: args.after },
    );
    this.containerId = container.id;
    this.registerOutputs({ containerName: this.containerName, containerId: this.containerId });
  }
}
