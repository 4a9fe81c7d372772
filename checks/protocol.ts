import { z } from 'zod';
import { visibleLine } from '../base/visible';

/** What every check is asked, whatever its type. */
export const commonFields = {
  /** The check's name in the gate. */
  name: z.string().min(1),
  /** The environment that is tested. */
  environment: z.string().min(1),
  /** Digest by service, as the gate resolved them; empty when somebody checks by hand. */
  candidate: z.record(z.string(), z.string()),
  /** Address by service, as seen from where the check runs: `http://discounts`. */
  urls: z.record(z.string(), z.url({ protocol: /^https?$/ })),
  /** Folder for what the check leaves; it is made. */
  evidence: z.string().min(1),
  timeLimitSeconds: z.number().positive().max(3600),
};

/** What a check of one type is asked. */
export type RequestWith<Type extends string, Settings> = z.infer<z.ZodObject<typeof commonFields>> & {
  type: Type;
  settings: Settings;
  /** By config key, where the type has some; they are written nowhere. */
  secrets?: Readonly<Record<string, string>>;
};
const step = z.object({
  name: z.string(),
  ok: z.boolean(),
  seconds: z.number(),
  /** File name in the evidence. */
  screenshot: z.string().optional(),
  /** Why it is not ok. */
  problem: z.string().optional(),
});

const verdict = z.object({
  /** Only `pass` opens a gate. `unknown`: could not tell. */
  verdict: z.enum(['pass', 'fail', 'unknown']),
  /** For people, one line: the step, what was expected, what was seen, where. */
  summary: z.string().transform((text) => visibleLine(text)),
  /** ISO times. */
  startedAt: z.string(),
  finishedAt: z.string(),
  steps: z.array(step),
  /** File names in the evidence. */
  files: z.array(z.string()),
});

/** One step of a check. */
export type CheckStep = z.infer<typeof step>;
/** What a check answers, on standard output. */
export type CheckVerdict = z.infer<typeof verdict>;

/** The exit code that goes with a verdict. */
export const exitCodes = { pass: 0, fail: 1, unknown: 2 } as const;

/** Reads a verdict; undefined when it is none. */
export function parseVerdict(value: unknown): CheckVerdict | undefined {
  const parsed = verdict.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The verdict of a check that could not tell, without any step. */
export function unknownVerdict(summary: string, startedAt: Date): CheckVerdict {
  return {
    verdict: 'unknown',
    summary,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    steps: [],
    files: [],
  };
}
