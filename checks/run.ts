import type { ChildUser } from './child-user';
import type { CheckCode } from './context';
import type { CheckRequest } from './contract';
import type { CheckVerdict } from './protocol';
import { Evidence } from './evidence';
import { outcomeOf } from './outcome';
import { Steps } from './steps';
import { loadProgram } from './programs';

/** How long a check may save what it has when its time is over. */
const GRACE_MILLISECONDS = 5000;

/**
 * Runs a check in this process. It answers within its time limit and a grace, unless the check's code never yields.
 * @param user whom a program of others runs as that the check starts
 * @returns a verdict whose files are those that the check has left
 */
export async function runHere(
  request: CheckRequest,
  load: (type: CheckRequest['type']) => Promise<CheckCode<CheckRequest>> = loadProgram,
  user?: ChildUser,
): Promise<CheckVerdict> {
  const started = new Date();
  const evidence = new Evidence(request.evidence);
  const steps = new Steps();
  const time = new AbortController();
  const limit = setTimeout(() => time.abort(), request.timeLimitSeconds * 1000);
  evidence.note(`check ${request.name} (${request.type}) of ${request.environment}`);

  let stray: { verdict: 'fail' | 'unknown'; problem: string } | undefined;
  const ended = load(request.type)
    .then((code) => code({ request, steps, evidence, signal: time.signal, user }))
    .catch((error: unknown) => {
      stray = outcomeOf(error);
    });
  await Promise.race([ended, afterGrace(time.signal)]);
  clearTimeout(limit);

  const outcome = time.signal.aborted
    ? { verdict: 'unknown' as const, summary: overTime(request.timeLimitSeconds, steps) }
    : conclude(steps, stray);
  evidence.note(`${outcome.verdict}: ${outcome.summary}`);
  return {
    ...outcome,
    startedAt: started.toISOString(),
    finishedAt: new Date().toISOString(),
    steps: [...steps.all],
    files: evidence.files(),
  };
}

/** The steps say it, unless the code ended by an error that no step has: then it is not known what was not tried. */
function conclude(steps: Steps, stray?: { problem: string }): Pick<CheckVerdict, 'verdict' | 'summary'> {
  const said = steps.verdict();
  if (stray === undefined || said.verdict !== 'pass') {
    return stray !== undefined && steps.all.length === 0 ? { verdict: 'unknown', summary: stray.problem } : said;
  }
  return { verdict: 'unknown', summary: stray.problem };
}

function overTime(limitSeconds: number, steps: Steps): string {
  const last = steps.all.at(-1)?.name;
  const where =
    steps.current !== undefined
      ? `in step "${steps.current}"`
      : last === undefined
        ? 'before the first step'
        : `after step "${last}"`;
  return `it did not end within ${limitSeconds} s, ${where}`;
}

function afterGrace(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => setTimeout(resolve, GRACE_MILLISECONDS), { once: true });
  });
}
