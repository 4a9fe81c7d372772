import { fork, type ChildProcess } from 'node:child_process';
import type { ChildUser } from './child-user';
import type { CheckRequest } from './contract';
import { keepVerdict, prepareShared } from './kept-verdict';
import { exitCodes, parseVerdict, unknownVerdict, type CheckVerdict } from './protocol';

/** How long after its own time limit a check may take to say so: grace to save evidence, and to start. */
const PATIENCE_SECONDS = 15;

/** How long after its end what a process has sent may take to arrive. */
const ARRIVAL_MILLISECONDS = 2000;

/** How a check's process is run. */
export interface Supervision {
  /** What it may take beyond the check's own limit. @default 15 */
  patienceSeconds?: number;
  /** Whom it runs as. @default whoever runs this */
  user?: ChildUser;
  /** The evidence folder is written to by another user, too: nothing in it is taken for this process's own. @default false */
  shared?: boolean;
}

/**
 * Runs a check in a process of its own, answers for it when it can't, and leaves the verdict in the evidence.
 * @param program the module that is started; it gets the request as a message and sends the verdict
 */
export async function supervise(
  request: CheckRequest,
  program: string,
  args: readonly string[],
  { patienceSeconds = PATIENCE_SECONDS, user, shared = false }: Supervision = {},
): Promise<CheckVerdict> {
  const started = new Date();
  if (shared) prepareShared(request.evidence);
  // Not base/process: it is asked and answers by messages between Node processes, and is killed with all it started.
  // Standard output belongs to the verdict: whatever the check's code prints goes where logs go. A group of its own,
  // so that nothing of it outlives the check.
  const child = fork(program, args, { stdio: ['ignore', 2, 2, 'ipc'], detached: true, ...user });
  const stop = () => endGroup(child);
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  const watch = { late: false };
  const limit = setTimeout(
    () => {
      watch.late = true;
      stop();
    },
    (request.timeLimitSeconds + patienceSeconds) * 1000,
  );
  try {
    const end = await endOf(child, request);
    const late = watch.late ? `it did not end within ${request.timeLimitSeconds} s and had to be killed` : undefined;
    const said = readEnd(end, late);
    return keepVerdict(request, typeof said === 'string' ? unknownVerdict(said, started) : said, shared);
  } finally {
    clearTimeout(limit);
    for (const signal of signals) process.off(signal, stop);
    stop();
  }
}

/** All that a check's process has sent, and how it ended. */
interface End {
  sent: unknown[];
  by: string;
}

/** The only reading of a process's end: one message, which is a verdict, and the exit code that goes with it. */
function readEnd({ sent, by }: End, late: string | undefined): CheckVerdict | string {
  const [first] = sent;
  const verdict = parseVerdict(first);
  if (sent.length > 1) return `its process gave ${sent.length} answers, and a verdict is one`;
  if (verdict !== undefined && by === `exit code ${exitCodes[verdict.verdict]}`) return verdict;
  if (late !== undefined) return late;
  if (verdict === undefined) return `its process ended by ${by} before it gave a verdict`;
  return `its verdict was ${verdict.verdict}, but its process ended by ${by}`;
}

function endOf(child: ChildProcess, request: CheckRequest): Promise<End> {
  return new Promise((resolve) => {
    const sent: unknown[] = [];
    child.on('message', (message) => sent.push(message));
    child.on('error', (error) => resolve({ sent, by: error.message }));
    child.on('exit', (code, signal) => {
      const end = { sent, by: signal ?? `exit code ${code ?? 'none'}` };
      // What it has sent may come after its end; whatever it has started may keep the channel open for ever.
      child.on('close', () => resolve(end));
      setTimeout(() => resolve(end), ARRIVAL_MILLISECONDS).unref();
    });
    // A child that is gone already says so by its exit.
    child.send(request, () => undefined);
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone.
  }
}
