import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentConfig } from '../config';

/** Says which services an environment leaves out, and why; a preview says it too. */
export async function tellWithoutRelease(
  name: string,
  { services }: Pick<EnvironmentConfig, 'services'>,
  withoutRelease: readonly string[],
): Promise<void> {
  for (const service of withoutRelease) {
    const { repository, dependsOn = {} } = services[service] ?? {};
    const others = Object.keys(dependsOn).filter((other) => withoutRelease.includes(other));
    const why =
      others.length > 0
        ? `it depends on ${others.join(' and ')}`
        : repository === undefined
          ? ''
          : `the pipeline of ${repository} has built none that got here`;
    await pulumi.log.warn(`${name} has no release of ${service} yet${why === '' ? '' : `: ${why}`}; the others go on`);
  }
}
