import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Layout } from './layout';
import type { PartContext, Part } from './part';
import { run } from '../base/process';
import { duration } from './progress';
import { Store } from './store';

/** How many parts are made at the same time: downloads and linking leave a second core idle. */
const jobs = 2;
/** Seconds between two signs of life of a part that takes long. */
const signOfLife = 30;

/**
 * Makes the parts of a plan, each after what it needs.
 * @param plan as `planOf` returns it
 * @param say gets one line when a part begins, when it is done, and in between when it takes long
 */
export async function build(plan: readonly Part[], layout: Layout, say: (line: string) => void): Promise<void> {
  const store = new Store(layout.store, layout.temporary);
  fs.mkdirSync(layout.logs, { recursive: true });
  const waiting = [...plan];
  const unfinished = new Set(plan.map((part) => part.id));
  const running = new Set<Promise<void>>();
  let started = 0;
  let failure: Error | undefined;
  while (failure === undefined && (waiting.length > 0 || running.size > 0)) {
    const next = waiting.findIndex((part) => part.needs.every((need) => !unfinished.has(need.id)));
    const part = waiting[next];
    if (part !== undefined && running.size < jobs) {
      waiting.splice(next, 1);
      started += 1;
      const job = makeOne(part, `[${started}/${plan.length}]`, { layout, store, say })
        .then(() => void unfinished.delete(part.id))
        .catch((error: unknown) => void (failure ??= error instanceof Error ? error : new Error(String(error))))
        .finally(() => running.delete(job));
      running.add(job);
    } else {
      await Promise.race(running);
    }
  }
  // What else runs is let finish: its result is kept for the next run.
  await Promise.all(running);
  if (failure !== undefined) throw failure;
}

async function makeOne(
  part: Part,
  label: string,
  o: { layout: Layout; store: Store; say(line: string): void },
): Promise<void> {
  const began = performance.now();
  const log = path.join(o.layout.logs, `${part.name}.log`);
  fs.rmSync(log, { force: true });
  let doing = '';
  const context: PartContext = {
    layout: o.layout,
    store: o.store,
    folder: (need) => o.store.path(need.id),
    run: (command, args, options) => run(command, args, { log, ...options }),
    note: (text) => (doing = text),
  };
  o.say(`${label} ${part.title}: begins (about ${duration(part.seconds)})`);
  const timer = setInterval(
    () =>
      o.say(
        `${label} ${part.title}: ${doing === '' ? 'at work' : doing}, ${duration((performance.now() - began) / 1000)} so far`,
      ),
    signOfLife * 1000,
  );
  try {
    await part.make(context);
  } finally {
    clearInterval(timer);
  }
  o.say(`${label} ${part.title}: done in ${duration((performance.now() - began) / 1000)}`);
}
