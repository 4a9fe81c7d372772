import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import type { ActionOutput } from '../actions/contract';
import { deployScript, type ComposeDeployment } from '../targets/compose-deploy';
import type { LedgerAccess, MachinePlace } from '../targets/place';
import { describeFully } from '../releases/describe';
import type { ReleaseSet } from '../releases/ledger';
import { canonicalJson, digestsOf } from '../releases/names';
import type { Candidate } from '../releases/types';
import { nextLine } from '../base/errors';
import { Action } from './action';
import { endUpdate } from './end-update';

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
  /** It stands behind a gate, so that the ledger has to say that the candidate may serve. */
  gated: boolean;
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
    const images = pulumi
      .all(services.map(({ service }) => args.image(service)))
      .apply((each) => Object.fromEntries(services.map(({ service }, index) => [service, each[index] ?? ''])));
    const script = images.apply((each) =>
      deployScript({
        folder,
        text: args.text,
        file: args.file,
        images: Object.fromEntries(
          services.map(({ service, tag, digest }) => [
            service,
            { image: withTag(each[service] ?? '', tag), digest, healthySeconds: args.healthySeconds[service] ?? 60 },
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
      {
        parent: this,
        dependsOn: args.gated ? this.pass(args, images) : [],
        additionalSecretOutputs: ['connection', 'stdin'],
      },
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

  /**
   * Has the ledger say, before each deployment, that the candidate may serve: what the gate has printed lies in the state, where it could be
   * edited. An answer about another candidate (this one was left out of the update by --target or --exclude) ends the update.
   */
  private pass(
    { environment, candidate, at, ledger, place }: ComposeProjectArgs,
    images: pulumi.Output<Record<string, string>>,
  ): pulumi.Output<pulumi.Resource[]> {
    const asked = new Action(
      'require-pass',
      {
        action: 'require-pass',
        input: pulumi.output({ environment, candidate, images, at }),
        secret: { ledger, machine: place },
      },
      { parent: this },
    );
    return asked.output.apply(({ letIn }): Promise<pulumi.Resource[]> => {
      if (canonicalJson(letIn) === canonicalJson(digestsOf(candidate))) return Promise.resolve([asked]);
      return endUpdate(
        `${environment}: the ledger was asked about another candidate than ${describeFully(candidate)}\n` +
          nextLine('run the update without --target and --exclude, so that the ledger is asked'),
      );
    });
  }
}

/** `repository:tag@sha256:…` */
function withTag(image: string, tag: string | undefined): string {
  const [repository = '', digest = ''] = image.split('@');
  return `${repository}${tag === undefined ? '' : `:${tag}`}@${digest}`;
}
