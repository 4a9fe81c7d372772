import { ActionFailed, UserError } from '../base/errors';

export { ActionFailed };

/**
 * Runs `actions/<name>.ts` with the JSON object on standard input and prints its result as one line of JSON.
 * Logs go to standard error: standard output is what the resource keeps.
 * @returns 0 done, 1 it did not succeed, 2 wrong input
 */
export async function runAction(name: string | undefined): Promise<number> {
  try {
    if (name === undefined || !/^[a-z][a-z-]*$/.test(name)) {
      throw new UserError(`"${name ?? ''}" is no action`, 'node actions/run.cjs NAME, with NAME a file of actions/');
    }
    const action = (await import(`./${name}`)) as { default: (input: unknown) => Promise<unknown> };
    const output = await action.default(JSON.parse(await readAll(process.stdin)) as unknown);
    process.stdout.write(`${JSON.stringify(output ?? {})}\n`);
    return 0;
  } catch (error) {
    if (error instanceof UserError) {
      process.stderr.write(`${error.toString()}\n`);
      return 2;
    }
    process.stderr.write(`${textOf(error)}\n`);
    return 1;
  }
}

function textOf(error: unknown): string {
  if (error instanceof ActionFailed || !(error instanceof Error)) return String(error);
  return (process.env['SLUICE_DEBUG'] === '1' ? error.stack : undefined) ?? error.message;
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}
