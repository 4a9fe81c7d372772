import { UserError } from '../base/errors';
import { isEnvironment, type StackFile } from '../config/stack';
import { provesExclusive } from '../store/probe';
import type { Store } from '../store/store';
import { StoreTrouble } from '../store/trouble';
import { stateAccess } from '../stacks/state-access';
import { storeOf } from '../targets/store-of';
import { homeNow } from './machine-place';
import type { Note } from './note';
import { ownStore } from './own-store';
import { isPlatform, storeNow } from './store-now';

/**
 * Once per `up`, before anything is written: a server that would let one record take the place of another is found out, and what killed writers
 * have left goes.
 * @param chosen the stacks that are about to be updated
 * @param stacks all of the project
 * @throws UserError for such a server, for a store of another platform, and where the platform's pipelines could not log in at state or store
 * @throws StoreTrouble when it can't be told
 */
export async function readyStores(
  chosen: readonly StackFile[],
  stacks: readonly StackFile[],
  note: Note,
): Promise<void> {
  const platforms = new Set(chosen.map((file) => (isEnvironment(file) ? file.config.platform : file.name)));
  for (const file of stacks.filter(isPlatform).filter(({ name }) => platforms.has(name))) {
    if (chosen.some(({ name }) => name === file.name)) stateAccess(file.config, stacks, process.env);
    const access = await storeNow(file);
    if (access.onMachines !== true) await ready(storeOf({ ...access, environment: file.name }), note);
    await ownStore(file, stacks).catch((error: unknown) => {
      // Whoever takes a lease there, or writes, says that the store can't be had; it is claimed again once the platform was updated.
      if (!(error instanceof StoreTrouble)) throw error;
    });
    // Each environment's machine has its own ledger then.
    const own = chosen.filter(isEnvironment).filter(({ config }) => config.platform === file.name);
    for (const environment of access.onMachines === true ? own : []) {
      const { machine } = await homeNow(environment, stacks);
      if (machine) await ready(storeOf({ environment: environment.name, machine }), note);
    }
  }
}

async function ready(store: Store, note: Note): Promise<void> {
  if (store.isOnServer === true) await provesExclusive(store);
  try {
    await store.sweep?.();
  } catch (error) {
    // It keeps nobody from anything; who is about to write says what there is to say.
    if (!(error instanceof UserError)) throw error;
    note(error.message);
  }
}
