import { startSshAgent } from '../clients/ssh/ssh-agent';
import { UserError } from '../base/errors';
import { isEnvironment, type StackFile } from '../config/stack';
import { readStacks, refuseUnsetVariables } from '../config/stacks';
import { which } from '../base/process';
import { kindOf } from '../targets/kinds';
import { homeNow } from './machine-place';

/**
 * Runs what updates a stack, with what lets the `ssh` of Docker's clients log in to the machine whose engine the stack is on: an agent that
 * holds the key for as long as that takes.
 * @param run gets what to add to the environment of Pulumi; nothing for a stack that needs no such login
 * @throws UserError for a key that can't be used, or a variable that is not set
 */
export async function withSshLogin<T>(stack: string, run: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const stacks = stacksOrNone();
  const file = stacks.filter(isEnvironment).find(({ name }) => name === stack);
  if (file === undefined || !kindOf(file.config.target).needsSshProgram) return run({});
  refuseUnsetVariables([file], 'target');
  refuseUnsetVariables([file], 'sshPrivateKey');
  if (which('ssh') === undefined) {
    throw new UserError(
      `${stack} is on another machine's engine, which Docker's clients reach through "ssh", and there is none here`,
      'install it (apt-get install openssh-client)',
    );
  }
  const { host: login } = (await homeNow(file, stacks)).on;
  const agent = await startSshAgent(login?.privateKey ?? '', `${login?.user ?? ''}@${login?.host ?? ''}`);
  try {
    return await run({ SSH_AUTH_SOCK: agent.socket });
  } finally {
    await agent.stop();
  }
}

/** Stack files that are wrong are told by the program that is about to run. */
function stacksOrNone(): StackFile[] {
  try {
    return readStacks();
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
