import { isEnvironment, type StackFile } from '../config/stack';
import { whoIsAtWork } from '../pipelines/by';
import { claimStore } from '../store/owner';
import { readingOf } from '../targets/ledger';
import { ledgerOf } from '../targets/place';
import { storeOf } from '../targets/store-of';
import { publishedAccess } from './ledger-place';
import { storeNow, type PlatformFile } from './store-now';

/**
 * That a store which `sluice:store` names is this platform's, for it and its environments; from then on another one can't take it. Before the
 * platform's first update has made its key it is looked only. One beside the state needs none of it: there a stack's name is there once.
 * @param stacks all of the project
 * @throws UserError when it is another platform's, and StoreTrouble when it can't be asked
 */
export async function ownStore(file: PlatformFile, stacks: readonly StackFile[]): Promise<void> {
  const place = await storeNow(file);
  if (place.store === undefined) return;
  const { name } = file;
  const environments = stacks.filter(isEnvironment).filter(({ config }) => config.platform === name);
  const access = await publishedAccess(name);
  const key = access && readingOf(ledgerOf(access, name, undefined)).keys.own?.id;
  const own = key === undefined ? undefined : { platform: name, key, at: new Date().toISOString(), by: whoIsAtWork() };
  const names = [name, ...environments.map((each) => each.name)];
  await claimStore(storeOf({ ...place, environment: name }), names, own, `sluice:store in Pulumi.${name}.yaml`);
}
