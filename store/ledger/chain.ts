import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import type { LedgerRecord } from '../../releases/ledger';
import { countedOf, lost } from '../../releases/lost-records';
import type { Subject } from '../../releases/part';
import type { Store } from '../store';
import { sameHead, type Head, type KnownHead, type RekeyRecord } from './entry';
import { examine, findingOf, type Examined } from './examine';
import { describeFinding, isLoss, together, type Finding } from './finding';
import { acceptedIn, contentOf, type AcceptedLoss, type NumberedRecord } from './content';
import { sha256 } from './hash';
import { trustedOf, type LedgerKeys, type SigningKey } from './keys';
import { chainFolder, entryName } from './names';
import { readObjects, type ChainObject } from './objects';
import {
  partIn,
  readSnapshot,
  recordsIn,
  writeSnapshot,
  type Snapshot,
  type SnapshotPart,
  type SnapshotSizes,
  type StoredSnapshot,
} from './snapshot';
import { Values } from './values';

/** An environment's ledger. */
export interface Chain {
  environment: string;
  /** What decisions are made of, oldest first: {@link countedOf} of what is sound; or the part of it that was asked for. */
  records: LedgerRecord[];
  /** Index in {@link records} from which on nothing is left out; undefined: nothing is at all. */
  allFrom?: number;
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
  /** Of snapshots that are written; @default usual ones */
  sizes?: SnapshotSizes;
}

/**
 * An environment's ledger.
 * @param subject leaves out what decisions about it do not need; @default nothing is left out
 * @throws UserError when it ends before the head that the state knows, or has another record there, and nobody has accepted that
 * @throws StoreTrouble when the store can't be read
 */
export async function readChain(
  store: Store,
  environment: string,
  options: ReadingOptions,
  subject?: Subject,
): Promise<Chain> {
  const reading = new ChainReading(store, environment, options);
  const chain = await reading.readOn(subject);
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

const nothing: Omit<Snapshot, 'end'> = { rekeys: [], imports: [], acceptedLosses: [], findings: [] };

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

  /**
   * The chain as it is now: only objects that came since are read.
   * @param subject leaves out what decisions about it do not need, unless something is lost; @default nothing is left out
   * @param looks whether for objects that came since; @default it does
   */
  async readOn(subject?: Subject, looks = true): Promise<Chain> {
    const { environment } = this;
    const { from, links, beyond, head, acceptedLosses } = await this.look(looks);
    const { rekeys, imports, findings } = this.snapshot ?? nothing;
    const lists = { records: [], past: [], rekeys: [...rekeys], imports: [...imports], findings: [...findings] };
    const chain: Chain = { environment, from, head, acceptedLosses, ...lists };
    const tail: (LedgerRecord | typeof lost)[] = [];
    for (const link of links) {
      const told = 'entry' in link ? await contentOf(link, environment, this.values) : link;
      if ('finding' in told) {
        tail.push(lost);
        chain.findings.push(told.finding);
        continue;
      }
      // What was lost before it may have said the contrary of anything.
      if (told.isAfterLoss) tail.push(lost);
      tail.push(...told.records);
      chain.past.push(...told.records.map((record) => ({ number: told.number, record })));
      chain.rekeys.push(...told.rekeys);
      chain.imports.push(...told.imports);
      chain.findings.push(...told.findings);
    }
    const end = await this.otherEnd(head, acceptedLosses);
    chain.findings = together([
      ...chain.findings,
      ...(end === undefined ? [] : [end]),
      ...beyond,
      ...this.strays.values(),
    ]);
    const part = await this.partOf(chain, tail, subject);
    if (part === undefined) {
      this.passOverSnapshot();
      return this.readOn(subject);
    }
    const { older, recent, isAll } = part;
    chain.records = countedOf([...older, ...recent, ...tail]);
    return isAll ? chain : { ...chain, allFrom: older.length };
  }

  /** What the snapshot tells; undefined when something that it names is missing. */
  private async partOf(
    chain: Chain,
    tail: readonly (LedgerRecord | typeof lost)[],
    subject: Subject | undefined,
  ): Promise<(SnapshotPart & { isAll: boolean }) | undefined> {
    const { snapshot, values } = this;
    if (snapshot === undefined) return { older: [], recent: [], isAll: true };
    const isCut = tail.includes(lost) || chain.findings.some(isLoss);
    const isAll = subject === undefined || snapshot.chunks.length === 0 || isCut;
    if (!isAll) {
      const part = await partIn(
        snapshot,
        subject,
        tail.filter((record) => record !== lost),
        values,
      );
      return part && { ...part, isAll };
    }
    const recent = await recordsIn(snapshot, values);
    return recent && { older: [], recent, isAll };
  }

  /** Writes a snapshot up to now. */
  async writeSnapshot(own: SigningKey): Promise<void> {
    const chain = await this.readOn({ candidates: [] });
    refuseOtherEnd(this.store, chain);
    const { allFrom, records, from } = chain;
    const { number, hash } = chain.head;
    const made = allFrom === undefined ? { records } : { before: this.snapshot, records: records.slice(allFrom) };
    const content = { ...chain, end: { number, hash }, isWhole: from.number === 0, ...made };
    await writeSnapshot(this.store, this.environment, content, own, this.values, this.options.sizes);
  }

  /** What lies there, and what of it counts. */
  private async look(looks = true): Promise<Omit<Examined, 'head'> & Pick<Chain, 'from' | 'head' | 'acceptedLosses'>> {
    const { store, environment, options } = this;
    const trusted = trustedOf(options.keys);
    const isFirst = !this.isBegun;
    if (isFirst && options.whole !== true) this.snapshot = await readSnapshot(store, environment, trusted);
    this.isBegun = true;
    const from = this.snapshot?.end ?? { number: 0, hash: '' };
    if (looks || isFirst) {
      const { objects, strays } = await readObjects(store, environment, this.objects.at(-1)?.number ?? from.number);
      this.objects.push(...objects);
      for (const stray of strays) this.strays.set(stray.text, stray);
    }
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
