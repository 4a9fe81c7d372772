import * as os from 'node:os';
import type { Client, ClientChannel } from 'ssh2';
import type { Operation } from '../serving/plugin';
import { collectOutput, trimmed, type CommandOutput } from './process';

/** How a command is run on another machine. */
export interface RemoteRun {
  command: string;
  /** The machine's server must take each of these. */
  environment: Record<string, string>;
  /** Taken or not. */
  previous: Record<string, string>;
  stdin: string;
  logStdout: boolean;
  logStderr: boolean;
}

/**
 * Runs a command to its end, over a connection that is closed then; its lines are shown while it runs.
 * @throws Error with the command and all it printed when it does not end with 0
 */
export async function runRemotely(
  client: Client,
  run: RemoteRun,
  operation: Pick<Operation, 'signal' | 'status'>,
): Promise<CommandOutput> {
  const abort = (): void => void client.end();
  operation.signal.addEventListener('abort', abort, { once: true });
  try {
    return await follow(client, run, operation.status);
  } finally {
    operation.signal.removeEventListener('abort', abort);
    client.end();
  }
}

function follow(client: Client, run: RemoteRun, status: (line: string) => void): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    client.on('close', () => reject(new Error('the connection was closed')));
    client.on('error', reject);
    awaitAnswers(client, (name) => {
      if (!(name in run.environment)) {
        status(`Unable to set '${name}'. This only works if your SSH server is configured to accept it via AcceptEnv.`);
        return true;
      }
      reject(new Error(`could not set environment variable "${name}": ssh: setenv failed`));
      return false;
    });
    client.exec(run.command, { env: { ...run.environment, ...run.previous } }, (error, channel) => {
      // At once: how a short command ended may have come together with the answer that it began.
      if (error === undefined) read(channel, run, status).then(resolve, reject);
      else reject(error);
    });
  });
}

/** The parts of the library that it does not offer: by itself it asks for no answer to a variable, and begins all the same. */
interface Inside {
  _protocol: {
    env: (channel: number, name: string, value: string, answer: boolean) => void;
    exec: (...args: unknown[]) => void;
  };
  _chanMgr: { _channels: Record<string, { _callbacks: ((failed: unknown) => void)[] }> };
}

/** Holds the command until the server has answered to each variable. @param refused whether to go on without this one */
function awaitAnswers(client: Client, refused: (name: string) => boolean): void {
  const { _protocol: protocol, _chanMgr: channels } = client as unknown as Inside;
  const [env, exec] = [protocol.env.bind(protocol), protocol.exec.bind(protocol)];
  let open = 0;
  let goOn = true;
  let held: (() => void) | undefined;
  protocol.env = (id, name, value) => {
    open++;
    // A connection has this one channel.
    Object.values(channels._channels)[0]?._callbacks.push((failed) => {
      open--;
      if (failed !== false && failed !== undefined && !refused(name)) goOn = false;
      if (open === 0 && goOn) held?.();
    });
    env(id, name, value, true);
  };
  protocol.exec = (...args) => {
    if (open === 0) exec(...args);
    else held = () => exec(...args);
  };
}

function read(channel: ClientChannel, run: RemoteRun, status: (line: string) => void): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    const both: Buffer[] = [];
    const stdout = collectOutput(channel, both, run.logStdout ? status : undefined);
    const stderr = collectOutput(channel.stderr, both, run.logStderr ? status : undefined);
    let problem: string | undefined = 'wait: remote command exited without exit status or exit signal';
    channel.on('exit', (code: number | null, signal?: string) => {
      if (code === null) problem = `Process exited with status ${bySignal(signal)} from signal ${nameOf(signal)}`;
      else problem = code === 0 ? undefined : `Process exited with status ${code}`;
    });
    // A command that does not read its input closes it early; how it ended tells more.
    channel.on('error', () => undefined);
    channel.on('close', () => {
      if (problem === undefined) resolve({ stdout: trimmed(stdout), stderr: trimmed(stderr) });
      else reject(new Error(`${problem}: running ${JSON.stringify(run.command)}:\n${Buffer.concat(both).toString()}`));
    });
    channel.end(run.stdin);
  });
}

function nameOf(signal = ''): string {
  return signal.replace(/^SIG/, '');
}

/** As a shell counts: 128 and the signal's number. */
function bySignal(signal: string | undefined): number {
  return 128 + ((os.constants.signals[`SIG${nameOf(signal)}` as NodeJS.Signals] as number | undefined) ?? 0);
}
