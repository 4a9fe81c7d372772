/** What is wrong with a chain at one place. */
export type FindingKind =
  /** Not what a link looks like. */
  | 'broken'
  /** Written by a version of Sluice that is newer than this one. */
  | 'newer'
  /** Of another environment. */
  | 'other environment'
  /** Says another number than its name. */
  | 'other number'
  | 'foreign key'
  | 'bad signature'
  /** The link after it follows another one. */
  | 'unlinked'
  | 'missing'
  | 'value missing'
  /** Lies in the chain's folder and is no part of it. */
  | 'stray'
  /** A line of an imported ledger that is no record. */
  | 'broken line'
  /** The state knows of a later end. */
  | 'cut off'
  /** The state knows of another link of that number. */
  | 'replaced';

export interface Finding {
  /** Of the link; the first of several; 0 for what has none. */
  number: number;
  /** The last of several that are the same. @default number */
  upTo?: number;
  kind: FindingKind;
  /** One sentence for people. */
  text: string;
}

/** What takes nothing from the records around it. */
const besides: ReadonlySet<FindingKind> = new Set<FindingKind>(['stray', 'broken line']);

/** Whether something is lost of a chain. */
export function isLoss({ kind }: Finding): boolean {
  return !besides.has(kind);
}

/** Findings that say the same of records that follow each other, as one: a key that was lost makes one of each record. */
export function together(findings: readonly Finding[]): Finding[] {
  const all: Finding[] = [];
  for (const finding of findings) {
    const last = all.at(-1);
    if (last?.text === finding.text && finding.number > 0 && finding.number === (last.upTo ?? last.number) + 1) {
      all[all.length - 1] = { ...last, upTo: finding.upTo ?? finding.number };
    } else all.push(finding);
  }
  return all;
}

/** `record 42: …`, `records 3 to 17: …`; what lies beside the chain has no number. */
export function describeFinding({ number, upTo, text }: Finding): string {
  if (number === 0) return text;
  return upTo === undefined || upTo === number ? `record ${number}: ${text}` : `records ${number} to ${upTo}: ${text}`;
}
