import * as pulumi from '@pulumi/pulumi';
import type { ActionOutput } from '../actions/contract';
import type { LedgerAccess } from '../targets/place';
import type { Places } from '../targets/places';
import type { ReleaseRoute } from '../actions/lib/release-routes';
import type { Candidate } from '../releases/types';
import type { EnvironmentWatch } from '../releases/watch';
import { Action } from './action';

/** Arguments of {@link Cutover}. */
export interface CutoverArgs {
  instance: string;
  environment: string;
  network: pulumi.Input<string>;
  /** What the names of the edges begin with. */
  edge: string;
  /** By service, the edge container's id: a new one is looked at again. */
  edgeIds: pulumi.Input<Record<string, string>>;
  /** How the platform's ledgers are reached; secret. */
  ledger: pulumi.Input<LedgerAccess>;
  /** What becomes current with this switch. */
  candidate: Candidate;
  /** Every service of the environment with the container to switch to; another id is another container. */
  routes: (ReleaseRoute & { containerId: pulumi.Input<string> })[];
  /** It stands behind a gate, so that the ledger has to say that the candidate may serve. */
  gated: boolean;
  watch: EnvironmentWatch;
  /** What the watch's checks get beside their settings, by config key. @default none */
  secrets?: Readonly<Record<string, string>>;
  /** Where on another machine the environment is. @default on this engine */
  places?: Places;
  /** Seconds that what the former releases are serving may take to its end. */
  drainSeconds: number;
  /**
   * When a switch was last broken off or taken back: an edge may be elsewhere than this resource has left it, so they are
   * asked once more. @default never
   */
  brokenAt?: string;
}

/**
 * Switches an environment's edges to a set of releases once all are healthy, watches them, takes them back when they do
 * badly, and records it in the ledger. It has no delete command: taking it away switches nothing.
 *
 * What an environment exports as deployed comes from here, its last resource.
 */
export class Cutover extends pulumi.ComponentResource {
  readonly output: pulumi.Output<ActionOutput<'cutover'>>;

  constructor(name: string, args: CutoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Cutover', name, {}, opts);
    const action = new Action(
      name,
      {
        action: 'cutover',
        input: pulumi.output({
          instance: args.instance,
          environment: args.environment,
          network: args.network,
          edge: args.edge,
          edgeIds: args.edgeIds,
          candidate: args.candidate,
          routes: args.routes,
          gated: args.gated,
          watch: args.watch,
          drainSeconds: args.drainSeconds,
          brokenAt: args.brokenAt,
        }),
        secret: { ledger: args.ledger, places: args.places, secrets: args.secrets },
      },
      { parent: this },
    );
    this.output = action.output;
    this.registerOutputs({ output: this.output });
  }
}
