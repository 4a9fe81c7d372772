import * as pulumi from '@pulumi/pulumi';
import { Action } from '../components/action';
import { password } from '../components/password';
import type { PlatformConfig } from '../config';
import { ledgerKeyName } from '../releases/names';
import { storeAccess, type LedgerAccess, type StoreConfig } from '../targets/place';

/** Of the secret that the ledgers' key comes of: as many bits as the key has. */
const keyCharacters = 43;

/**
 * How the ledgers of a platform's environments are reached: with a key that this stack's state has. What a version before this one has kept in a
 * container is taken over, once.
 * @param backend `PULUMI_BACKEND_URL`; undefined: Pulumi's state is in Sluice's home
 */
export function declareLedgers(
  { prefix: instance, ...config }: Pick<PlatformConfig, 'prefix' | keyof StoreConfig>,
  backend: string | undefined,
): pulumi.Output<LedgerAccess> {
  const store = storeAccess(config, backend);
  // No record counts without it. A program that does not declare it (a checkout of an older version) would delete it with its next update: Pulumi
  // refuses that, until `./sluice destroy` takes the protection off.
  const key = password(ledgerKeyName, undefined, keyCharacters, { protect: true }).result;
  const access = pulumi.secret(key.apply((own): LedgerAccess => ({ key: own, ...store })));
  const former = new Action('former-ledger', {
    action: 'import-ledger',
    input: { container: `${instance}-ledger` },
    secret: { ledger: access },
  });
  return pulumi.all([access, former.output]).apply(([known]) => known);
}
