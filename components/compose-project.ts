import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import type { ActionOutput } from '../actions/contract';
import { deployScript, type ComposeDeployment } from '../targets/compose-deploy';
import type { LedgerAccess, MachinePlace } from '../targets/place';
import type { ReleaseSet } from '../releases/ledger';
import type { Candidate } from '../releases/types';
import { Action } from './action';

/** Arguments of {@link ComposeProject}. */
export interface ComposeProjectArgs {
  environment: string;
  place: MachinePlace;
  /** How the platform's ledgers are reached; secret. */
  ledger: pulumi.Input<LedgerAccess>;
  /** The project's file as it is now, and where images stand in it. */
  text: string;
  file: ComposeDeployment['file'];
  candidate: Candidate;
  /** Those of the candidate that the environment has. */
  services: readonly string[];
  /** What the ledger calls the candidate's releases. */
  releases: ReleaseSet;
  /** `repository@sha256:…` of a service; for a gated environment from the promotion's stored output. */
  image: (service: string) => pulumi.Input<string>;
  /** By service, seconds in which it has to become healthy. */
  healthySeconds: Readonly<Record<string, number>>;
  registry: { host: string; username: string; password: string };
  /** Time of this deployment for the ledger, ISO 8601; the same one for as long as the machine is as that deployment has left it. */
  at: string;
}

/** Seconds to wait for another one who is at work in the project's folder. */
const lockSeconds = 600;

/**
 * An environment that is a compose project on another machine: its services' images are put into the `docker-compose.yml` that lies
 * there, and their containers replaced; when one does not become healthy, file and containers are as before and the update fails.
 * It has no delete command: taking it away leaves the project as it is.
 */
export class ComposeProject extends pulumi.ComponentResource {
  /** What is deployed: known when all of it is healthy. */
  readonly deployed: pulumi.Output<ActionOutput<'record-deployment'>>;

  constructor(name: string, args: ComposeProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:ComposeProject', name, {}, opts);
    const { ssh, folder } = args.place;
    const services = args.services.flatMap((service) => args.candidate[service] ?? []);
    const script = pulumi.all(services.map(({ service }) => args.image(service))).apply((images) =>
      deployScript({
        folder,
        text: args.text,
        file: args.file,
        images: Object.fromEntries(
          services.map(({ service, tag, digest }, index) => [
            service,
            { image: withTag(images[index] ?? '', tag), digest, healthySeconds: args.healthySeconds[service] ?? 60 },
          ]),
        ),
        registry: args.registry,
        record: {
          kind: 'unhealthy',
          environment: args.environment,
          candidate: args.candidate,
          releases: args.releases,
        },
        lockSeconds,
        mending: args.at,
      }),
    );
    const deploy = new command.remote.Command(
      'deploy',
      {
        connection: pulumi.secret({ ...ssh, dialErrorLimit: 3 }),
        create: 'sh -s',
        stdin: pulumi.secret(script),
        addPreviousOutputInEnv: false,
        logging: command.remote.Logging.Stderr,
      },
      { parent: this, additionalSecretOutputs: ['connection', 'stdin'] },
    );
    const record = new Action(
      'cutover',
      {
        action: 'record-deployment',
        input: pulumi.output({
          environment: args.environment,
          candidate: args.candidate,
          releases: args.releases,
          at: args.at,
          printed: pulumi.unsecret(deploy.stdout),
        }),
        secret: { ledger: args.ledger, machine: args.place },
      },
      { parent: this },
    );
    this.deployed = record.output;
    this.registerOutputs({ deployed: this.deployed });
  }
}

/** `repository:tag@sha256:…` */
function withTag(image: string, tag: string | undefined): string {
  const [repository = '', digest = ''] = image.split('@');
  return `${repository}${tag === undefined ? '' : `:${tag}`}@${digest}`;
}
