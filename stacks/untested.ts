import * as pulumi from '@pulumi/pulumi';
import { UserError } from '../base/errors';
import type { EnvironmentConfig } from '../config';
import { shortDigest } from '../releases/names';
import type { Pinned } from '../releases/pinned';

/** `db sha256:3f2a91c0d4e5, while staging serves sha256:9f3c1a2b0d4e` */
function told({ release, upstream }: Pinned, from: string): string {
  const there = upstream === undefined ? `${from} serves none` : `${from} serves ${shortDigest(upstream)}`;
  return `${release.service} ${shortDigest(release.digest)}, while ${there}`;
}

/** Says what an environment runs that its gate does not test; a preview says it too. */
export async function warnOfUntested(
  name: string,
  { promotesFrom }: Pick<EnvironmentConfig, 'promotesFrom'>,
  pinned: readonly Pinned[],
): Promise<void> {
  for (const each of pinned.filter(({ how }) => how !== 'tested')) {
    await pulumi.log.warn(`${name} runs untested: ${told(each, promotesFrom)}`);
  }
}

/**
 * @param pinned images that nothing has tested
 * @throws UserError always: that an environment would run what upstream has not served, and its configuration does not say so by name
 */
export function refuseUntested(
  name: string,
  { promotesFrom, untested }: Pick<EnvironmentConfig, 'promotesFrom' | 'untested'>,
  pinned: readonly Pinned[],
): never {
  const services = pinned.map(({ release }) => release.service);
  throw new UserError(
    `${name} would run ${pinned.map((each) => told(each, promotesFrom)).join('; ')}: nothing has tested that; nothing was changed`,
    `let Pulumi.${promotesFrom}.yaml name the same image, and npm run up; or, if that is meant, write ` +
      `"sluice:untested: [${[...new Set([...untested, ...services])].join(', ')}]" in Pulumi.${name}.yaml`,
    1,
  );
}
