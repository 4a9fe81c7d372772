import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import type { LedgerRecord } from '../../releases/ledger';
import { readLines } from '../../releases/ledger-text';
import { countedOf, lost } from '../../releases/lost-records';
import type { Store } from '../store';
import { sameHead, type AcceptedLossRecord, type Head, type KnownHead, type RekeyRecord } from './entry';
import { examine, findingOf, type Examined, type Loss, type SoundEntry } from './examine';
import { describeFinding, together, type Finding } from './finding';
import { sha256 } from './hash';
import { trustedOf, type LedgerKeys, type SigningKey } from './keys';
import { chainFolder, entryName } from './names';
import { readObjects, type ChainObject } from './objects';
import { readSnapshot, recordsIn, writeSnapshot, type Snapshot, type StoredSnapshot } from './snapshot';
import { Values } from './values';

/** A record with its place in the chain. Those of an imported ledger have the same place. */
export interface NumberedRecord {
  number: number;
  record: LedgerRecord;
}

/** A loss that somebody has accepted, with its place in the chain. */
export interface AcceptedLoss extends AcceptedLossRecord {
  number: number;
}

/** An environment's ledger. */
export interface Chain {
  environment: string;
  /** What decisions are made of, oldest first: {@link countedOf} of what is sound. */
  records: LedgerRecord[];
  /** Every record that is sound and comes after {@link from}, oldest first: what has happened, as far as it can be told. */
  past: NumberedRecord[];
  /** What is before {@link past}, a snapshot tells; `{ number: 0 }` when all records were read. */
  from: Head;
  /** Former keys, and up to where they count. */
  rekeys: RekeyRecord[];
  /** SHA-256 of each text that was imported, and {@link importedFrom} of each machine that one has come from. */
  imports: string[];
  /** Losses that somebody has accepted, oldest first. */
  acceptedLosses: AcceptedLoss[];
  /** What is wrong, in the order of numbers. */
  findings: Finding[];
  /** Where the next record goes. An environment's state keeps it. */
  head: KnownHead;
}

/** What is known of a chain when nobody has looked into its records. */
export type ChainEnd = Pick<Chain, 'environment' | 'from' | 'head' | 'findings'>;

/** How a chain is read. */
export interface ReadingOptions {
  keys: LedgerKeys;
  /** What the environment's state knows of the chain; @default nothing, as before the first record */
  head?: KnownHead | undefined;
  /** Reads all records, and no snapshot; @default false */
  whole?: boolean;
}

/**
 * An environment's ledger.
 * @throws UserError when it ends before the head that the state knows, or has another record there, and nobody has accepted that
 * @throws StoreTrouble when the store can't be read
 */
export async function readChain(store: Store, environment: string, options: ReadingOptions): Promise<Chain> {
  const reading = new ChainReading(store, environment, options);
  const chain = await reading.readOn();
  refuseOtherEnd(store, chain);
  return chain;
}

/** What says that a chain has another end than the state knows; undefined when nothing does. */
export function otherEndIn(findings: readonly Finding[]): Finding | undefined {
  return findings.find(({ kind }) => kind === 'cut off' || kind === 'replaced');
}

/** @throws UserError for a chain that has lost its end, or has another one: nothing is decided on it, and nothing is written to it */
export function refuseOtherEnd(store: Store, { environment, findings }: ChainEnd): void {
  const finding = otherEndIn(findings);
  if (finding === undefined) return;
  throw new UserError(
    `the ledger of ${environment} is not the one that its state knows: ${describeFinding(finding)}`,
    `put ${chainFolder(environment)} in the store ${store.place} back as it was: from a backup, or from former versions of its objects; ` +
      `if there are none: ${sluice('history')} ${environment} --accept-lost-records`,
    1,
  );
}

const nothing: Omit<Snapshot, 'end' | 'records'> = {
  rekeys: [],
  imports: [],
  acceptedLosses: [],
  findings: [],
};

/** What of {@link Chain.imports} says that what lay in this place on a machine was taken over. */
export function importedFrom(place: string): string {
  return `from ${place}`;
}

/** A chain that is read, and read on while others write. */
export class ChainReading {
  private objects: ChainObject[] = [];
  private snapshot: StoredSnapshot | undefined;
  private isBegun = false;
  private readonly strays = new Map<string, Finding>();
  private readonly values: Values;

  constructor(
    private readonly store: Store,
    private readonly environment: string,
    private readonly options: ReadingOptions,
  ) {
    this.values = new Values(store);
  }

  /** The chain's end as it is now: no record is looked into. */
  async readEnd(): Promise<ChainEnd> {
    const { from, head, acceptedLosses } = await this.look();
    const end = await this.otherEnd(head, acceptedLosses);
    return { environment: this.environment, from, head, findings: end === undefined ? [] : [end] };
  }

  /** The chain as it is now: only objects that came since are read. */
  async readOn(): Promise<Chain> {
    const { environment } = this;
    const { from, links, beyond, head, acceptedLosses } = await this.look();
    const before = this.snapshot === undefined ? [] : await recordsIn(this.snapshot, this.values);
    if (before === undefined) {
      this.passOverSnapshot();
      return this.readOn();
    }
    const { rekeys, imports, findings } = this.snapshot ?? nothing;
    const lists = { records: [], past: [], rekeys: [...rekeys], imports: [...imports], findings: [...findings] };
    const chain: Chain = { environment, from, head, acceptedLosses, ...lists };
    const sequence: (LedgerRecord | typeof lost)[] = [...before];
    for (const link of links) {
      const told = 'entry' in link ? await this.recordsOf(link, chain) : link;
      if (Array.isArray(told)) {
        sequence.push(...told);
        const { number } = link as SoundEntry;
        chain.past.push(...told.flatMap((record) => (record === lost ? [] : [{ number, record }])));
      } else {
        sequence.push(lost);
        chain.findings.push(told.finding);
      }
    }
    chain.records = countedOf(sequence);
    const end = await this.otherEnd(head, acceptedLosses);
    chain.findings = together([
      ...chain.findings,
      ...(end === undefined ? [] : [end]),
      ...beyond,
      ...this.strays.values(),
    ]);
    return chain;
  }

  /** Writes a snapshot up to now. */
  async writeSnapshot(own: SigningKey): Promise<void> {
    const chain = await this.readOn();
    refuseOtherEnd(this.store, chain);
    const { number, hash } = chain.head;
    await writeSnapshot(this.store, this.environment, { ...chain, end: { number, hash } }, own, this.values);
  }

  /** What lies there, and what of it counts. */
  private async look(): Promise<Omit<Examined, 'head'> & Pick<Chain, 'from' | 'head' | 'acceptedLosses'>> {
    const { store, environment, options } = this;
    const trusted = trustedOf(options.keys);
    if (!this.isBegun && options.whole !== true) this.snapshot = await readSnapshot(store, environment, trusted);
    this.isBegun = true;
    const from = this.snapshot?.end ?? { number: 0, hash: '' };
    const { objects, strays } = await readObjects(store, environment, this.objects.at(-1)?.number ?? from.number);
    this.objects.push(...objects);
    for (const stray of strays) this.strays.set(stray.text, stray);
    const examined = examine(this.objects, environment, trusted, from);
    if (examined.isOtherStart && this.snapshot !== undefined) {
      this.passOverSnapshot();
      return this.look();
    }
    const acceptedLosses = [...(this.snapshot?.acceptedLosses ?? []), ...acceptedIn(examined.links)];
    const losses = acceptedLosses.length === 0 ? {} : { losses: acceptedLosses.length };
    return { ...examined, from, head: { ...examined.head, ...losses }, acceptedLosses };
  }

  private passOverSnapshot(): void {
    this.snapshot = undefined;
    this.objects = [];
  }

  /** What a link tells decisions. */
  private async recordsOf({ number, entry }: SoundEntry, chain: Chain): Promise<(LedgerRecord | typeof lost)[] | Loss> {
    // What was lost before it may have said the contrary of anything.
    if (entry.record.kind === 'accepted-loss') return [lost];
    const record = await this.values.join(entry.record, entry.values);
    if (record === undefined) return { finding: findingOf(number, 'value missing') };
    if (record.kind === 'rekey') {
      chain.rekeys.push(record);
      return [];
    }
    // No decision is made of it: store/bundle/record.ts reads it.
    if (record.kind === 'bundle') return [];
    if (record.kind !== 'imported') return [record];
    const { records, broken } = readLines(record.text);
    chain.imports.push(sha256(record.text), ...(record.from === undefined ? [] : [importedFrom(record.from)]));
    for (const line of broken) {
      chain.findings.push({ number, kind: 'broken line', text: `line ${line} of what it imports is no record` });
    }
    return records.filter(({ environment }) => environment === this.environment);
  }

  /** What is wrong with the end, as the state knows it. */
  private async otherEnd(head: Head, accepted: readonly AcceptedLoss[]): Promise<Finding | undefined> {
    const { head: known } = this.options;
    if (known === undefined || known.number === 0) return undefined;
    if (accepted.some((loss) => sameHead(loss.known, known))) return undefined;
    if (head.number < known.number) return findingOf(known.number, 'cut off');
    const found = await this.store.read(entryName(this.environment, known.number));
    return found !== undefined && sha256(found) === known.hash ? undefined : findingOf(known.number, 'replaced');
  }
}

function acceptedIn(links: readonly (SoundEntry | Loss)[]): AcceptedLoss[] {
  return links.flatMap((link) =>
    'entry' in link && link.entry.record.kind === 'accepted-loss'
      ? [{ ...link.entry.record, number: link.number }]
      : [],
  );
}
