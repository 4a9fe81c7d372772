import * as pulumi from '@pulumi/pulumi';
import type { Candidate } from '../releases/types';
import { Action } from './action';

/** Arguments of {@link Cutover}. */
export interface CutoverArgs {
  instance: string;
  environment: string;
  network: pulumi.Input<string>;
  edge: string;
  /** The edge container's id: a new edge has to be told its routes again. */
  edgeId: pulumi.Input<string>;
  ledger: pulumi.Input<string>;
  /** What becomes current with this switch. */
  candidate: Candidate;
  /** Every service of the environment with the container to switch to. Ids are known only for healthy containers. */
  routes: { service: string; container: string; containerId: pulumi.Input<string>; port: number }[];
}

/** What a {@link Cutover} leaves. */
export interface CutoverOutput {
  candidate: Candidate;
  /** Container name by service, as served. */
  containers: Record<string, string>;
}

/**
 * Switches an environment's edge to a set of healthy releases, in one step for all services, and records it in the
 * ledger. It has no delete command: taking it away switches nothing.
 *
 * What an environment exports as deployed comes from here, its last resource.
 */
export class Cutover extends pulumi.ComponentResource {
  readonly output: pulumi.Output<CutoverOutput>;

  constructor(name: string, args: CutoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Cutover', name, {}, opts);
    const action = new Action<CutoverOutput>(
      name,
      {
        action: 'cutover',
        input: pulumi.output({
          instance: args.instance,
          environment: args.environment,
          network: args.network,
          edge: args.edge,
          edgeId: args.edgeId,
          ledger: args.ledger,
          candidate: args.candidate,
          routes: args.routes,
        }),
      },
      { parent: this },
    );
    this.output = action.output;
    this.registerOutputs({ output: this.output });
  }
}
