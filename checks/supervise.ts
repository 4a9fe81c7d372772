import { fork, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CheckRequest } from './contract';
import { exitCodes, parseVerdict, unknownVerdict, type CheckVerdict } from './protocol';

/** How long after its own time limit a check may take to say so: grace to save evidence, and to start. */
const PATIENCE_SECONDS = 15;

/**
 * Runs a check in a process of its own and answers for it when it can't.
 * @param program the module that is started; it gets the request as a message and sends the verdict
 * @param patienceSeconds what the process may take beyond the check's own limit
 */
export async function supervise(
  request: CheckRequest,
  program: string,
  args: readonly string[],
  patienceSeconds = PATIENCE_SECONDS,
): Promise<CheckVerdict> {
  const started = new Date();
  // Not base/process: it is asked and answers by messages between Node processes, and is killed with all it started.
  // Standard output belongs to the verdict: whatever the check's code prints goes where logs go. A group of its own,
  // so that nothing of it outlives the check.
  const child = fork(program, args, { stdio: ['ignore', 2, 2, 'ipc'], detached: true });
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
    if (end.verdict !== undefined && end.by === `exit code ${exitCodes[end.verdict.verdict]}`) return end.verdict;
    const reason = watch.late
      ? `it did not end within ${request.timeLimitSeconds} s and had to be killed`
      : end.verdict === undefined
        ? `its process ended by ${end.by} before it gave a verdict`
        : `its verdict was ${end.verdict.verdict}, but its process ended by ${end.by}`;
    return write(request, unknownVerdict(reason, started));
  } finally {
    clearTimeout(limit);
    for (const signal of signals) process.off(signal, stop);
    stop();
  }
}

function endOf(child: ChildProcess, request: CheckRequest): Promise<{ verdict?: CheckVerdict; by: string }> {
  return new Promise((resolve) => {
    let verdict: CheckVerdict | undefined;
    child.on('message', (message) => (verdict = parseVerdict(message)));
    child.on('error', (error) => resolve({ by: error.message }));
    child.on('exit', (code, signal) => resolve({ verdict, by: signal ?? `exit code ${code ?? 'none'}` }));
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

/** Leaves the verdict in the evidence, beside what the check had written until its end. */
function write(request: CheckRequest, verdict: CheckVerdict): CheckVerdict {
  const { name, type, environment, candidate, urls, evidence } = request;
  fs.mkdirSync(evidence, { recursive: true });
  const files = [...new Set([...fs.readdirSync(evidence), 'verdict.json'])].sort();
  const complete = { ...verdict, files };
  const content = { name, type, environment, candidate, urls, ...complete };
  fs.writeFileSync(path.join(evidence, 'verdict.json'), `${JSON.stringify(content, null, 2)}\n`);
  return complete;
}
