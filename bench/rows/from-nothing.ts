import { edgeName, releaseOf, shopInCompose } from '../shop';
import { ComposeProject } from '../compose';
import { asCompose, inspected } from '../compose-service';
import type { Pair } from '../ratio';
import type { Row } from '../result';
import { noCompose, others, pulumiSucceeds, type Setting } from '../setting';

const rounds = 3;

/** From nothing to a production that serves: Sluice's update of the stack, and docker-compose with the same containers. */
export default async function fromNothing(setting: Setting): Promise<Row> {
  const { compose, note } = setting;
  if (compose === undefined) throw new Error(noCompose);
  const project = new ComposeProject(setting, compose, `${others}-shop`);
  const [edge, frontend, discounts] = await Promise.all([
    inspected(edgeName('production', 'discounts')),
    inspected(await releaseOf('production', 'frontend')),
    inspected(await releaseOf('production', 'discounts')),
  ]);
  const { services, files } = shopInCompose({
    edge: asCompose(edge),
    frontend: asCompose(frontend),
    discounts: asCompose(discounts),
  });
  project.write(services, files);
  const pairs: Pair[] = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      note(`from-nothing: round ${round} of ${rounds}`);
      await pulumiSucceeds(setting, 'destroy', 'production');
      const ours = await pulumiSucceeds(setting, 'up', 'production');
      await project.down();
      const made = await project.up();
      pairs.push([ours.seconds, made.seconds + (await project.untilHealthy())]);
    }
  } finally {
    await project.down();
  }
  return {
    name: 'from-nothing',
    what: 'pulumi up of production, destroyed before : docker-compose up -d until all of the same containers are healthy',
    comparisons: [
      {
        figure: 'up from nothing',
        unit: 's',
        one: 'Sluice',
        other: 'docker-compose',
        rounds: pairs,
        target: { of: 'ratio', at: 'most', value: 2 },
      },
    ],
    notes: [
      'platform and staging stand; images are on the engine; the gate has a recorded pass of the candidate, no check is run',
    ],
  };
}
