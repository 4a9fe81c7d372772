import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { labelList, type Labelled } from '../clients/docker/labels';
import { hardened } from './hardened';
import { healthCheck, replacedByName } from './health';
import { ownVolume } from './own-volume';

/** The user that the ledger belongs to: nobody. */
const ledgerUser = '65534:65534';

/** Arguments of {@link Ledger}. */
export interface LedgerArgs {
  instance: string;
  stack: string;
  /** The image that checks and deployments run in. */
  image: pulumi.Input<string>;
}

/**
 * The append-only record of verdicts and cutovers with the checks' evidence, in a volume of the platform that
 * outlasts the environments. It is read and written through a container that does nothing else, so it is reached the
 * same way from a terminal, from a pipeline step and on a remote engine.
 */
export class Ledger extends pulumi.ComponentResource {
  readonly containerName: string;
  readonly volumeName: string;
  /** The container's name, known once it runs. */
  readonly ready: pulumi.Output<string>;
  readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: LedgerArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Ledger', name, {}, opts);
    this.containerName = `${args.instance}-ledger`;
    this.volumeName = `${args.instance}-ledger`;
    const of: Labelled = { instance: args.instance, stack: args.stack, role: 'ledger' };
    const volume = new docker.Volume(name, { name: this.volumeName, labels: labelList(of) }, { parent: this });
    const owned = ownVolume(
      'ledger-volume-owner',
      { instance: args.instance, volume: volume.name, user: ledgerUser, image: args.image },
      this,
    );
    const container = new docker.Container(
      name,
      {
        name: this.containerName,
        image: args.image,
        // The container has no network, no capability and runs no code but this.
        user: ledgerUser,
        entrypoints: ['sh', '-c', 'mkdir -p /ledger/evidence && touch /ledger/ledger.jsonl && exec sleep infinity'],
        networkMode: 'none',
        init: true,
        labels: labelList(of),
        volumes: [{ volumeName: owned, containerPath: '/ledger' }],
        ...hardened({ memory: 64 }),
        healthcheck: healthCheck('test -w /ledger/ledger.jsonl'),
        wait: true,
        waitTimeout: 60,
        mustRun: true,
        destroyGraceSeconds: 5,
      },
      { parent: this, ...replacedByName },
    );
    this.ready = container.name;
    this.containerId = container.id;
    this.registerOutputs({ ready: this.ready });
  }
}
