import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { extract } from 'tar-stream';
import { UserError } from '../../base/errors';
import { visibleLine } from '../../base/visible';
import { sshBytes, type ConnectionKeys, type SshConnection } from '../../clients/ssh/ssh';
import { assertObjectName, byBytes, isObjectName, type Store, type StoredObject } from '../store';
import { StoreTrouble } from '../trouble';
import { atOnce } from './at-once';
import * as scripts from './ssh-scripts';

/** A folder on a machine that is reached by SSH; from the account's home on when it does not begin with a slash. */
export interface MachineFolder {
  ssh: SshConnection;
  folder: string;
  /** What messages name; @default the keys of a target */
  keys?: ConnectionKeys;
}

/** Objects that are asked for at a time when they have to be asked for one by one. */
const readers = 5;

/** Milliseconds before what a broken connection has ended is tried again. */
const pauses = [200, 1000, 3000];

/** Seconds that a command may take, and the bytes of content for which it gets one more. */
const [patienceSeconds, bytesASecond] = [120, 50_000];

/** What a command left, when it came to an end. */
interface Ended {
  code: number;
  /** Standard output from {@link scripts.beginning} on; undefined where the script did not begin. */
  output?: Buffer;
  /** The last line that it said. */
  said: string;
  /** Whether the end of the same command, run before, was not heard. */
  brokeBefore?: boolean;
}

/** A store in a folder of another machine. It needs nothing there but a POSIX shell and `tar`; each operation is one command. */
export class SshStore implements Store {
  readonly place: string;
  private readonly root: string;

  constructor(private readonly machine: MachineFolder) {
    const { ssh, folder } = machine;
    this.place = `${ssh.user}@${ssh.host}:${folder}`;
    const trimmed = folder.replace(/(?<=.)\/+$/, '');
    // A word that begins with a dash would be an option.
    this.root = trimmed.startsWith('/') ? trimmed : `./${trimmed}`;
  }

  async create(name: string, content: Buffer): Promise<boolean> {
    assertObjectName(name);
    const what = `${name} can't be written`;
    // Each try has a draft of its own: that of a try whose end was not heard may be the object already.
    const values = (): string[] => [name, randomUUID(), String(content.length)];
    const ended = await this.run(what, scripts.createScript, values, content);
    if (ended.code === 0) return true;
    if (ended.code !== scripts.exits.exists) throw this.trouble(what, ended);
    // A command whose end nobody heard may have made it.
    if (ended.brokeBefore !== true) return false;
    const found = await this.read(name);
    if (found !== undefined) return found.equals(content);
    throw new StoreTrouble(
      `the store in ${this.place}: whether ${name} was written can't be told: the connection broke, and it has been removed since`,
      'run it again',
    );
  }

  async read(name: string): Promise<Buffer | undefined> {
    assertObjectName(name);
    return this.output(`${name} can't be read`, scripts.readScript, [name]);
  }

  async list(folder: string, after = ''): Promise<string[]> {
    if (folder !== '') assertObjectName(folder);
    const output = await this.output(`${folder === '' ? 'it' : folder} can't be listed`, scripts.listScript, [folder]);
    return lines(output)
      .map((entry) => before(folder) + entry)
      .filter((name) => isObjectName(name.replace(/\/$/, '')) && byBytes(name, after) > 0)
      .sort(byBytes);
  }

  async readAll(folder: string, after = ''): Promise<StoredObject[]> {
    if (folder !== '') assertObjectName(folder);
    const values = [folder, before(folder), after];
    const what = `${folder === '' ? 'it' : folder} can't be read`;
    const output = await this.output(what, scripts.readAllScript, values);
    if (output === undefined) return [];
    const end = output.indexOf('\n\n');
    const names = lines(output.subarray(0, end)).sort(byBytes);
    const contents = await archived(output.subarray(end + 2));
    const found = await atOnce(names, readers, async (each) => {
      const name = before(folder) + each;
      return { name, content: contents.get(each) ?? (isObjectName(name) ? await this.read(name) : undefined) };
    });
    return found.flatMap(({ name, content }) => (content === undefined ? [] : [{ name, content }]));
  }

  async remove(name: string): Promise<void> {
    assertObjectName(name);
    await this.output(`${name} can't be removed`, scripts.removeScript, [name]);
  }

  /** Takes away what killed writers have left. */
  async sweep(): Promise<void> {
    await this.output("drafts can't be removed", scripts.sweepScript, []);
  }

  /** What a script printed; undefined when it says that what was asked for is not there. */
  private async output(what: string, script: string, values: readonly string[]): Promise<Buffer | undefined> {
    const ended = await this.run(what, script, () => values);
    if (ended.code === scripts.exits.absent) return undefined;
    if (ended.code !== 0 || ended.output === undefined) throw this.trouble(what, ended);
    return ended.output;
  }

  /** Runs a script; again when the connection broke before its end. */
  private async run(
    what: string,
    script: string,
    values: () => readonly string[],
    input: Buffer = Buffer.alloc(0),
  ): Promise<Ended> {
    const timeoutSeconds = patienceSeconds + input.length / bytesASecond;
    for (let tries = 0; ; tries += 1) {
      const line = scripts.scriptLine(script, this.root, ...values());
      const ended = { ...(await this.once(what, line, input, timeoutSeconds)), brokeBefore: tries > 0 };
      const pause = pauses[tries];
      if (!isBroken(ended) || pause === undefined) return ended;
      await sleep(pause);
    }
  }

  private async once(what: string, line: string, input: Buffer, timeoutSeconds: number): Promise<Ended> {
    try {
      const { result, stdout } = await sshBytes(this.machine.ssh, line, {
        input,
        timeoutSeconds,
        keys: this.machine.keys,
      });
      const begins = stdout.indexOf(scripts.beginning);
      const said = lines(Buffer.from(result.stderr)).at(-1) ?? '';
      return {
        code: result.code,
        said: visibleLine(said, 300),
        ...(begins === -1 ? {} : { output: stdout.subarray(begins + scripts.beginning.length) }),
      };
    } catch (error) {
      // It never began: away, another machine, no login.
      if (error instanceof UserError) {
        throw new StoreTrouble(`the store in ${this.place}: ${what}: ${error.message}`, error.next ?? 'run it again');
      }
      return { code: broken, said: visibleLine((error as Error).message, 300) };
    }
  }

  private trouble(what: string, { code, said, output }: Ended): StoreTrouble {
    const { user, host, port } = this.machine.ssh;
    const look = `look at it: ssh -p ${port} ${user}@${host}`;
    const [why, next] =
      code === scripts.exits.full
        ? ['the disk is full', `make room on the disk of ${this.place}`]
        : code === scripts.exits.failed
          ? [said, `let ${user} write to ${this.place}: a folder, on a file system with links`]
          : isBroken({ code, said })
            ? [`the connection breaks (${said === '' ? `code ${code}` : said})`, look]
            : output === undefined
              ? [`the account has no POSIX shell (code ${code}${said === '' ? '' : `: ${said}`})`, look]
              : [`code ${code}${said === '' ? '' : `: ${said}`}`, look];
    return new StoreTrouble(`the store in ${this.place}: ${what}: ${why}`, next);
  }
}

/** What our SSH client says of a command whose end it has not heard: the connection, a signal; its time limit. */
const [broken, timedOut] = [255, 124];

/** A shell adds the number of a signal to this one. */
const signalled = 128;

/** Whether a command has not come to an end of its own. */
function isBroken({ code }: Ended): boolean {
  return code > signalled || code === timedOut || code === scripts.exits.short;
}

const before = (folder: string): string => (folder === '' ? '' : `${folder}/`);

function lines(text: Buffer | undefined): string[] {
  return (text?.toString() ?? '').split('\n').filter((line) => line !== '');
}

/** The files of an archive by their names; of one that ends early, as far as it goes. */
async function archived(archive: Buffer): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  if (archive.length === 0) return contents;
  const reader = extract();
  reader.end(archive);
  try {
    for await (const entry of reader) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      const content = Buffer.concat(chunks);
      if (entry.header.type === 'file' && content.length === entry.header.size) {
        contents.set(entry.header.name.replace(/^\.\//, ''), content);
      }
    }
  } catch {
    // What is missing is asked for one by one.
  }
  return contents;
}
