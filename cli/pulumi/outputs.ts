import { DeliveryStack, type Outputs } from './stack';

/** The outputs of those of some stacks that exist, by name; asked side by side. */
export async function outputsOf(stacks: readonly { name: string }[]): Promise<Map<string, Outputs>> {
  const found = new Map<string, Outputs>();
  await Promise.all(
    stacks.map(async ({ name }) => {
      const stack = await DeliveryStack.open(name, () => undefined);
      if (stack !== undefined) found.set(name, await stack.outputs());
    }),
  );
  return found;
}
