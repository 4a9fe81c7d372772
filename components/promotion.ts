import * as pulumi from '@pulumi/pulumi';
import type { ActionOutput } from '../actions/contract';
import type { LedgerAccess, MachinePlace } from '../targets/place';
import type { Places } from '../targets/places';
import { candidateKey, gateHash } from '../releases/names';
import type { Digests } from '../releases/pass-key';
import type { Candidate, Gate, Release } from '../releases/types';
import { Action } from './action';
import { endUpdate } from './end-update';
import { nextLine } from '../base/errors';

/** Arguments of {@link Promotion}. */
export interface PromotionArgs {
  instance: string;
  /** The environment that is to take the candidate. */
  environment: string;
  /** The environment that the gate tests. */
  upstream: string;
  /** Upstream's Docker network, in which the checks run. */
  upstreamNetwork: pulumi.Input<string>;
  /** How the platform's ledgers are reached; secret. */
  ledger: pulumi.Input<LedgerAccess>;
  candidate: Candidate;
  gate: Gate;
  /** Of everything that upstream is to serve, by service. @default whatever it serves beside the candidate */
  digests?: Digests | undefined;
  /** What its checks get beside their settings, by config key. @default none */
  secrets?: Readonly<Record<string, string>>;
  /** Where upstream is, when on another machine. @default on this engine */
  places?: Places | undefined;
  /** Where the environment is, when on another machine. @default on this engine */
  machine?: MachinePlace | undefined;
  /** What has to be repaired before the gate is asked, so that its refusal leaves nothing half done. @default nothing */
  after?: pulumi.Input<pulumi.Resource[]>;
}

/**
 * The gate of an environment for one candidate: fails unless every check passes against upstream while upstream
 * serves exactly this candidate. A verdict that the ledger holds for the same candidate and gate is not sought again.
 */
export class Promotion extends pulumi.ComponentResource {
  /** Only what its gate printed. */
  readonly output: pulumi.Output<ActionOutput<'gate'>>;
  private readonly candidate: Candidate;

  constructor(name: string, args: PromotionArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Promotion', name, {}, opts);
    this.candidate = args.candidate;
    const action = new Action(
      name,
      {
        action: 'gate',
        input: pulumi.output({
          instance: args.instance,
          environment: args.environment,
          upstream: args.upstream,
          upstreamNetwork: args.upstreamNetwork,
          candidate: args.candidate,
          gate: args.gate,
          digests: args.digests,
        }),
        secret: { ledger: args.ledger, machine: args.machine, places: args.places, secrets: args.secrets },
        triggers: [candidateKey(args.candidate), gateHash(args.gate)],
        after: args.after,
      },
      { parent: this },
    );
    this.output = action.output;
    this.registerOutputs({ output: this.output });
  }

  /**
   * The image of a promoted service by the digest that the gate let through.
   * The digest comes from the gate's stored output and from nowhere else. An output of another candidate (the gate
   * was left out of the update by --target or --exclude) ends the update before anything is made of it.
   */
  image(service: string): pulumi.Output<string> {
    return this.pinned(service, this.candidate[service]);
  }

  /** The same for an image that configuration names itself, and that was tested with the candidate. */
  pinned(service: string, release: Pick<Release, 'image' | 'digest'> | undefined): pulumi.Output<string> {
    return this.output.apply(({ promoted }): Promise<string> => {
      const digest = promoted[service];
      if (release === undefined || digest !== release.digest) {
        return endUpdate(
          `${service}: the gate has let through ${digest ?? 'nothing'}, but this update is about ` +
            `${release?.digest ?? 'another service'}\n` +
            nextLine('run the update without --target and --exclude, so that the gate is asked'),
        );
      }
      return Promise.resolve(`${release.image}@${digest}`);
    });
  }
}
