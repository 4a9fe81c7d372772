import { z } from 'zod';
import { UserError } from '../base/errors';
import { visibleLine } from '../base/visible';
import type { Store } from './store';

const schema = z.object({
  /** The platform's stack. */
  platform: z.string(),
  /** The id of the key with which it signs: it lasts as long as the platform's state. */
  key: z.string(),
  /** When it was written, as a time of ISO 8601. */
  at: z.string(),
  /** Who has brought the platform up: `ann@laptop`. */
  by: z.string(),
});

/** The platform that has what a store keeps under a stack's name. */
export type Owner = z.infer<typeof schema>;

function ownerName(stack: string): string {
  return `owners/${stack}`;
}

/**
 * Has a store belong to a platform, as far as the names of its stacks go: others may lie beside them. It is no protection from who can write to the
 * store; it keeps two platforms whose states don't know of each other from writing into one chain.
 * @param stacks the platform's and its environments'
 * @param claimant absent: the platform has no key yet, and it is looked only
 * @param key the config key to change, for messages: `sluice:store in Pulumi.platform.yaml`
 * @throws UserError when another platform has one of them
 */
export async function claimStore(
  store: Store,
  stacks: readonly string[],
  claimant: Owner | undefined,
  key: string,
): Promise<void> {
  const found = await Promise.all(stacks.map((stack) => store.read(ownerName(stack))));
  stacks.forEach((stack, index) => {
    const content = found[index];
    if (content !== undefined) refuseOther(store, stack, content, claimant, key);
  });
  if (claimant === undefined) return;
  for (const stack of stacks.filter((_, index) => found[index] === undefined)) {
    if (await store.create(ownerName(stack), Buffer.from(`${JSON.stringify(claimant)}\n`))) continue;
    // Somebody was faster; another `up` of the same platform may be.
    const content = await store.read(ownerName(stack));
    if (content !== undefined) refuseOther(store, stack, content, claimant, key);
  }
}

/**
 * Whose a stack's name is.
 * @returns the id of the platform's key; '' where nobody can tell; undefined where nobody has claimed it
 */
export async function ownerKey(store: Store, stack: string): Promise<string | undefined> {
  const content = await store.read(ownerName(stack));
  return content === undefined ? undefined : (readOwner(content)?.key ?? '');
}

/** The stacks whose names a platform has, also those that its files no longer name. @param key the id of its key */
export async function stacksOf(store: Store, key: string): Promise<string[]> {
  const found = await store.readAll('owners');
  return found.filter(({ content }) => readOwner(content)?.key === key).map(({ name }) => name.slice('owners/'.length));
}

/** Sets what a platform has under a stack's name free for others. What is another's stays. @param key the id of the platform's key */
export async function releaseStore(store: Store, stack: string, key: string): Promise<void> {
  if ((await ownerKey(store, stack)) === key) await store.remove(ownerName(stack));
}

function refuseOther(store: Store, stack: string, content: Buffer, claimant: Owner | undefined, key: string): void {
  const owner = readOwner(content);
  if (owner !== undefined && owner.key === claimant?.key) return;
  const who =
    owner === undefined
      ? 'nobody can tell which'
      : visibleLine(`${owner.platform}, brought up by ${owner.by} at ${owner.at}`, 200);
  throw new UserError(
    `the store ${store.place} has what belongs to ${stack} of another platform (${who})`,
    `set ${key} to another folder; if ${stack} moved here from it, or that platform is gone for good, remove ${ownerName(stack)} in the store`,
  );
}

function readOwner(content: Buffer): Owner | undefined {
  try {
    return schema.parse(JSON.parse(content.toString()));
  } catch {
    return undefined;
  }
}
