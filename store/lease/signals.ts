import { setTimeout as sleep } from 'node:timers/promises';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A store that does not answer must not keep somebody from ending a program: milliseconds. */
const patience = 3000;

const ends = new Set<() => Promise<void>>();

/** Whether a signal has come. Until all is done it is listened to: whoever else listens, and finds himself alone, would end the process. */
let isAnswering = false;

/**
 * What is done before a signal ends this process. Where somebody else listens to that signal, nothing is done: they decide how the
 * process ends, and give their leases back themselves. The package `signal-exit` decides nothing where others listen, so it does not count: each
 * would leave it to the other, and no signal would end the process.
 * @returns takes it back
 */
export function beforeSignal(end: () => Promise<void>): () => void {
  if (ends.size === 0 && !isAnswering) for (const signal of signals) process.on(signal, answer);
  ends.add(end);
  return () => {
    ends.delete(end);
    if (ends.size === 0 && !isAnswering) stopListening();
  };
}

function stopListening(): void {
  for (const signal of signals) process.off(signal, answer);
}

/** How many listen to each signal for `signal-exit`, which Pulumi's Automation API uses as long as Pulumi's program runs. */
function undecided(): number {
  const { __signal_exit_emitter__: emitter } = process as { __signal_exit_emitter__?: { count?: number } };
  return emitter?.count ?? 0;
}

function answer(signal: NodeJS.Signals): void {
  if (process.listeners(signal).length > 1 + undecided()) return;
  isAnswering = true;
  const all = Promise.allSettled([...ends].map((end) => end()));
  void Promise.race([all, sleep(patience)]).then(() => {
    stopListening();
    process.kill(process.pid, signal);
  });
}
