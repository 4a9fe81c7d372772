import { setTimeout as sleep } from 'node:timers/promises';
import { buildOf, changes, Checkout, dataFile, logOf } from '../../test/end-to-end/shop';
import { ports } from '../../test/end-to-end/isolate';
import { ByHand, byHandUrl } from '../by-hand';
import type { Pair } from '../ratio';
import type { Row } from '../result';
import type { Setting } from '../setting';

const rounds = 3;
const production = `http://localhost:${ports.production.discounts}`;

/** From a push to a production that serves it: by the pipeline, and by a person with a shell. */
export default async function delivery(setting: Setting): Promise<Row> {
  const checkout = await Checkout.of(setting.world);
  const byHand = await ByHand.make(setting);
  const pairs: Pair[] = [];
  try {
    // One round that is not counted: the first build of each has no layers yet.
    for (let round = 0; round <= rounds; round++) {
      setting.note(`delivery: round ${round} of ${rounds}${round === 0 ? ', not counted' : ''}`);
      const ours = await byPush(setting, checkout, `By push, round ${round}`);
      const theirs = await byShell(setting, checkout, byHand, round);
      if (round > 0) pairs.push([ours, theirs]);
    }
  } finally {
    await byHand.end();
  }
  return {
    name: 'delivery',
    what: "from git push to the moment in which production's edge serves the change : the same steps in a shell, clone, test, build, push, staging, browser check, production",
    comparisons: [
      {
        figure: 'push to production',
        unit: 's',
        one: 'Sluice',
        other: 'by hand',
        rounds: pairs,
        target: { of: 'ratio', at: 'most', value: 1.5 },
      },
    ],
    notes: [
      'Sluice does more on the way: a second check in the gate, evidence in the ledger; the watch after the switch is not waited for',
      'by hand the old container is removed before the new one runs, and nobody types: all commands are in one script',
    ],
  };
}

/** @returns seconds; then waits for the end of the pipeline, which watches the release for a while */
async function byPush(setting: Setting, checkout: Checkout, title: string): Promise<number> {
  const began = performance.now();
  const commit = await checkout.push(dataFile, changes.title(title), title);
  const build = buildOf(setting.world, commit);
  const ended = new AbortController();
  const failed = build.then(async (done) => {
    if (done.status !== 'success') throw new Error((await logOf(setting.world, done)).slice(-2000));
    return new Promise<never>(() => undefined);
  });
  try {
    await Promise.race([untilServed(production, title, AbortSignal.any([ended.signal, setting.signal])), failed]);
  } finally {
    ended.abort();
  }
  const seconds = (performance.now() - began) / 1000;
  await build;
  return seconds;
}

/** The person has committed as well; the change lies in the clone, which is cloned. */
async function byShell(setting: Setting, checkout: Checkout, byHand: ByHand, round: number): Promise<number> {
  const title = `By hand, round ${round}`;
  checkout.edit(dataFile, changes.title(title));
  await checkout.git('commit', '--quiet', '--all', '--message', title);
  const began = performance.now();
  await byHand.deliver(checkout.folder, `round-${round}`);
  await untilServed(byHandUrl, title, setting.signal);
  return (performance.now() - began) / 1000;
}

/** Returns when the first discount that is served has this title. */
async function untilServed(url: string, title: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const text = await fetch(`${url}/discounts`, { signal: AbortSignal.timeout(5000) }).then(
      (response) => response.text(),
      () => '',
    );
    if (text.includes(title)) return;
    await sleep(100);
  }
}
