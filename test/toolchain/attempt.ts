import { spawn, type ChildProcess } from 'node:child_process';
import { projectRoot } from '../../base/paths';

/** What one run of the toolchain did, and how it ended. */
export interface Attempt {
  /** Exit code; null when it was killed. */
  code: number | null;
  text: string;
  /** Titles of the parts that it began, and of those that it finished. */
  begun: string[];
  done: string[];
  /** PATH as the toolchain hands it out; empty unless the run came to its end. */
  path: string;
}

/** The parts under way, each with the milliseconds since it began. */
export type UnderWay = Map<string, number>;

/** The toolchain's run under way, so that none outlives a test that ran out of time. */
let running: ChildProcess | undefined;

const program = `require('./toolchain')
  .ensure({ say: (line) => console.log(line), only: JSON.parse(process.env.ONLY ?? 'null') ?? undefined })
  .then(({ env }) => console.log('PATH ' + env.PATH), (error) => { console.log(error); process.exitCode = 1; });`;

/**
 * Runs the toolchain in a process group of its own.
 * @param isTime asked all the time; when it says yes, the whole group is killed with signal 9
 */
export function bring(env: NodeJS.ProcessEnv, isTime: (underWay: UnderWay) => boolean = () => false): Promise<Attempt> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-r', 'ts-node/register', '-e', program], {
      cwd: projectRoot,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running = child;
    const started = new Map<string, number>();
    const attempt: Attempt = { code: null, text: '', begun: [], done: [], path: '' };
    let rest = '';
    const take = (chunk: Buffer): void => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        attempt.text += `${line}\n`;
        const begins = /^\[\d+\/\d+\] (.*): begins/.exec(line)?.[1];
        const done = /^\[\d+\/\d+\] (.*): done in/.exec(line)?.[1];
        if (begins !== undefined) {
          attempt.begun.push(begins);
          started.set(begins, Date.now());
        }
        if (done !== undefined) {
          attempt.done.push(done);
          started.delete(done);
        }
        attempt.path = /^PATH (.*)/.exec(line)?.[1] ?? attempt.path;
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const timer = setInterval(() => {
      const underWay = new Map([...started].map(([title, since]) => [title, Date.now() - since]));
      if (!isTime(underWay)) return;
      clearInterval(timer);
      killGroup(child);
    }, 25);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ ...attempt, code });
    });
  });
}

/** Ends the run under way, if there is one. */
export function endAttempt(): void {
  killGroup(running);
}

function killGroup(child: ChildProcess | undefined): void {
  if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null)
    process.kill(-child.pid, 'SIGKILL');
}
