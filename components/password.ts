import type * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';

/** A generated secret of letters and digits, made once. @param length @default 24 */
export function password(name: string, parent?: pulumi.Resource, length = 24): random.RandomPassword {
  return new random.RandomPassword(name, { length, special: false }, { parent });
}
