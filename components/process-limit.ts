import * as pulumi from '@pulumi/pulumi';
import type { Places } from '../targets/places';
import { Action } from './action';

/** Processes and threads that a container of ours may have: far more than any needs, far fewer than hurt the machine. */
export const processLimit = 512;

/**
 * Limits the processes of some containers, by an action because the docker provider has no property for it.
 * @param containers their ids; another id is another container, which is limited anew
 * @param places where on another machine they are; undefined: on this engine
 * @returns the ids, known when the limit holds
 */
export function limitProcesses(
  name: string,
  containers: pulumi.Input<string>[],
  opts?: pulumi.ComponentResourceOptions,
  places?: Places,
): pulumi.Output<string[]> {
  const ids = pulumi.all(containers);
  const action = new Action(
    name,
    {
      action: 'limit-processes',
      input: ids.apply((list) => ({ containers: list, limit: processLimit })),
      secret: { places },
    },
    opts,
  );
  return pulumi.all([ids, action.output]).apply(([list]) => list);
}
