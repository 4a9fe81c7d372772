import * as pulumi from '@pulumi/pulumi';
import type { Places } from '../targets/places';
import { Action } from './action';

/** A container that others wait for. */
export interface AwaitHealthyArgs {
  service: string;
  container: string;
  /** Another id is another container, which is waited for anew. */
  containerId: pulumi.Input<string>;
  healthySeconds: number;
  /** Where on another machine it is; undefined: on this engine. */
  places: Places | undefined;
}

/** Waits until a container is healthy: what depends on this starts after that. */
export function awaitHealthy(
  name: string,
  args: AwaitHealthyArgs,
  opts?: pulumi.ComponentResourceOptions,
): pulumi.Resource {
  return new Action(
    name,
    {
      action: 'await-healthy',
      input: pulumi.output({
        service: args.service,
        container: args.container,
        containerId: args.containerId,
        healthySeconds: args.healthySeconds,
      }),
      secret: { places: args.places },
    },
    opts,
  );
}
