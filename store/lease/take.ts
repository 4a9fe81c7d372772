import { randomUUID } from 'node:crypto';
import { pause, Reach, whyFree } from './free';
import { thisMachine } from './machine';
import type { Found, LeaseRecord, Numbered } from './record';
import type { LeaseRecords } from './records';
import type { Waiting } from './request';
import { Silence } from './silence';
import { Speaker } from './speaker';
import { monotonic } from './times';

/** A lease that was just taken. */
interface Taken {
  last: Numbered;
  /** When the making of its record began, on this process's monotonic clock. */
  proved: number;
  /** Whom it was taken over from. */
  predecessor: LeaseRecord | undefined;
}

/** How often a record is made anew that the store does not list, though it is there. */
const mostUnlisted = 5;

/** Waits until a lease is free, or its holder gone, and takes it. */
export async function take(records: LeaseRecords, request: Waiting): Promise<Taken> {
  const { times, signal, what, by, machine = thisMachine() } = request;
  const mine: LeaseRecord = { owner: randomUUID(), kind: 'take', what, by, machine };
  const silence = new Silence(times);
  const speaker = new Speaker(records.environment, request);
  const reach = new Reach(times);
  // Apart from that: a store that is full, say, can still be read.
  let writes: Reach | undefined;
  let proved = monotonic();
  let asked: number | undefined;
  let unlisted = 0;
  let gone: { found: Found; why: 'dead' | 'silent' } | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const began = monotonic();
    const newest = await reach.of(() => records.newest());
    if (newest !== 'away') {
      // That its record could be made proves nothing (see LeaseRecords), and one that the store was not sure of may be there.
      if (newest?.record?.owner === mine.owner) {
        if (gone !== undefined) speaker.takeOver(gone.found, gone.why);
        return { last: { number: newest.number, record: newest.record }, proved, predecessor: gone?.found.record };
      }
      const quiet = newest === undefined ? 0 : silence.see(newest.number, began, monotonic());
      const why = whyFree(newest, machine, quiet, times);
      if (why !== undefined) {
        gone = newest === undefined || why === 'ended' ? undefined : { found: newest, why };
        proved = monotonic();
        // Nobody who is gone has cleared it, and whoever takes over may be gone before it does.
        const record = { ...mine, pulumiLock: newest?.record?.pulumiLock };
        const number = (newest?.number ?? 0) + 1;
        // One that is not listed yet is looked for a few times.
        unlisted = number === asked ? unlisted + 1 : 0;
        asked = number;
        if (unlisted > mostUnlisted) throw records.hidden(number);
        if (unlisted > 0) await pause(times.look, signal);
        writes ??= new Reach(times, proved);
        if ((await writes.of(() => records.create({ number, record }))) === 'away') unlisted = 0;
        continue;
      }
      writes = undefined;
      if (newest !== undefined) speaker.wait(newest);
    }
    await pause(times.look, signal);
  }
}
