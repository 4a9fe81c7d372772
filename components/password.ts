import type * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';

/**
 * A generated secret of letters and digits, made once.
 * @param length @default 24
 * @param opts.protect whether Pulumi refuses to delete it. @default false
 */
export function password(
  name: string,
  parent?: pulumi.Resource,
  length = 24,
  opts: Pick<pulumi.CustomResourceOptions, 'protect'> = {},
): random.RandomPassword {
  return new random.RandomPassword(name, { length, special: false }, { parent, ...opts });
}
