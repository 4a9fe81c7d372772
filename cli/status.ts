import type { Call } from './call';
import { prepare } from '../operations/prepare';
import { isUntouched } from '../operations/untouched';
import { isEnvironment } from '../config/stack';
import { named, readStacks } from '../config/stacks';
import type { Status } from './status/assemble';
import { readStatus } from './status/read';
import { statusText } from './status/text';

/** Tells what runs where. */
export async function run(call: Call): Promise<number> {
  const stacks = readStacks();
  const shown = named(stacks.filter(isEnvironment), call.words);
  const secrets = call.options['show-secrets'] === true;
  const status = isUntouched() ? nothing : await read();
  if (call.options['json'] === true) call.say(JSON.stringify(status, null, 2));
  else for (const line of statusText(status)) call.say(line);
  return 0;

  async function read(): Promise<Status> {
    await prepare(call);
    return readStatus(stacks, shown, secrets);
  }
}

const nothing: Status = { platform: null, environments: {} };
