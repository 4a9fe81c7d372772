/** How a verb was called. */
export interface Call {
  /** Options by long name, as node:util parseArgs gives them. */
  options: Readonly<Record<string, string | boolean | undefined>>;
  /** What is not an option, in order. */
  words: readonly string[];
  /**
   * A result: one line on standard output.
   * @param o.painted it has Pulumi's directives of colour
   */
  say: (line: string, o?: { painted: boolean }) => void;
  /** Progress and remarks: one line on standard error, so that standard output stays the result. */
  note: (line: string) => void;
}

/** What a verb's module offers. */
export interface VerbModule {
  /**
   * Does the verb.
   * @returns 0 done, 1 it did not succeed (its reason has been said)
   * @throws UserError for wrong use or config (exit code 2)
   */
  run(call: Call): Promise<number>;
}

/** An option of a verb; its type as in node:util parseArgs. */
export interface VerbOption {
  type: 'boolean' | 'string';
  /** One letter. */
  short?: string;
  /** What it does, for `--help`. */
  help: string;
}

/** One thing that people can type. */
export interface Verb {
  name: string;
  /** One line for the list of verbs. */
  summary: string;
  /** What follows the verb's name. */
  usage: string;
  /** Further lines of `--help`. */
  details?: readonly string[];
  options: Readonly<Record<string, VerbOption>>;
  /** How many words it takes; none by default. */
  words?: { least: number; most: number };
  /** All arguments are another program's: nothing is parsed here, they come as words. */
  verbatim?: boolean;
  /** Not for people: left out of the list. */
  internal?: boolean;
  load(): Promise<VerbModule>;
}
