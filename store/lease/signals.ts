import { setTimeout as sleep } from 'node:timers/promises';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A store that does not answer must not keep somebody from ending a program: milliseconds. */
const patience = 3000;

const ends = new Set<() => Promise<void>>();

/**
 * What is done before a signal ends this process. Where somebody else listens to that signal, nothing is done: they decide how the
 * process ends, and give their leases back themselves.
 * @returns takes it back
 */
export function beforeSignal(end: () => Promise<void>): () => void {
  if (ends.size === 0) for (const signal of signals) process.on(signal, answer);
  ends.add(end);
  return () => {
    ends.delete(end);
    if (ends.size === 0) stopListening();
  };
}

function stopListening(): void {
  for (const signal of signals) process.off(signal, answer);
}

function answer(signal: NodeJS.Signals): void {
  if (process.listeners(signal).some((listener) => listener !== answer)) return;
  const all = Promise.allSettled([...ends].map((end) => end()));
  void Promise.race([all, sleep(patience)]).then(() => {
    stopListening();
    process.kill(process.pid, signal);
  });
}
