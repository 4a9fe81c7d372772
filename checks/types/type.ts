import type { z } from 'zod';

/** What config and runner know of one type of check. Its program is in ../programs.ts. */
export interface CheckType<Settings extends z.ZodObject = z.ZodObject> {
  /** What it can be told, in the gate's config and in the request alike. */
  settings: Settings;
  /** Of those settings the ones that config gives as a file of the project; the setting is the file's text. */
  files?: readonly string[];
  /** What is wrong with settings that are each right by themselves; undefined: nothing. */
  rule?(settings: z.infer<Settings>): string | undefined;
  /**
   * Its own code only starts a program of others and judges how that ends. That program runs as the child's user then; of every other type
   * the check's own code does as well. @default false
   */
  startsProgram?: boolean;
  /** Of a check whose config says none. */
  timeLimitSeconds: number;
  /**
   * Config keys of the environment's stack whose values it gets beside its settings: on standard input only, in no hash
   * of a gate, no ledger and no evidence.
   */
  secrets?: readonly string[];
}
