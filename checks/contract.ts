import { z } from 'zod';
import { UserError } from '../errors';

/** A size of the browser's window, in CSS pixels. */
const viewport = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,30}$/, 'should be lower-case letters, digits and dashes'),
  width: z.int().min(200).max(7680),
  height: z.int().min(200).max(7680),
});

const regularExpression = z.string().refine(isRegularExpression, 'should be a regular expression');

const browserSettings = z.strictObject({
  /** A scenario's TypeScript source. It travels in the request, so that it is part of the gate's hash. */
  scenario: z.string().min(1),
  /** One run per size; one desktop (1280 × 800) by default. */
  viewports: z
    .array(viewport)
    .min(1)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'should have different names')
    .optional(),
  /** The service that `page.goto('/')` opens; the `frontend`, else the first, by default. */
  service: z.string().optional(),
});

const httpSettings = z.strictObject({
  service: z.string(),
  path: z.string().startsWith('/', 'should start with "/"'),
  /** GET by default. */
  method: z
    .string()
    .regex(/^[A-Z]+$/, 'should be capital letters')
    .optional(),
  /** Exactly this status; any of 200–299 by default. Redirections are not followed. */
  status: z.int().min(100).max(599).optional(),
  /** Header by name: the answer's value must contain this text. */
  headers: z.record(z.string(), z.string()).optional(),
  body: z.strictObject({ contains: z.string().optional(), matches: regularExpression.optional() }).optional(),
  /** Values in a JSON body. `path` is like `discounts[0].code`; the whole body is the empty path. */
  json: z.array(z.strictObject({ path: z.string(), equals: z.json() })).optional(),
  /** The whole answer must be there after so many seconds. */
  maxSeconds: z.number().positive().optional(),
});

const commandSettings = z.strictObject({
  /** Program and arguments, without a shell. */
  command: z.array(z.string().min(1)).min(1),
});

const prometheusSettings = z.strictObject({
  /** Where it is, as seen from the environment's network: `http://prometheus:9090`. */
  url: z.url({ protocol: /^https?$/ }),
  /** An instant query in PromQL that gives a number, or one for each series. */
  query: z.string().min(1),
  /** Every value must be at least this; at least one of both bounds is needed. */
  min: z.number().optional(),
  /** Every value must be at most this. */
  max: z.number().optional(),
});

/** What each type of check can be told. */
export const checkSettings = {
  browser: browserSettings,
  http: httpSettings,
  command: commandSettings,
  prometheus: prometheusSettings,
};

/** Whether a check of a number says what the number should be. */
export function isBounded({ min, max }: { min?: number | undefined; max?: number | undefined }): boolean {
  return min !== undefined || max !== undefined;
}

/** What to say of one that does not. */
export const needsBound = 'needs min, max or both';

const common = {
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

const request = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('browser'), settings: browserSettings }),
  z.strictObject({ ...common, type: z.literal('http'), settings: httpSettings }),
  z.strictObject({ ...common, type: z.literal('command'), settings: commandSettings }),
  z.strictObject({
    ...common,
    type: z.literal('prometheus'),
    settings: prometheusSettings.refine(isBounded, needsBound),
  }),
]);

/** What a check is asked, on standard input. */
export type CheckRequest = z.infer<typeof request>;
/** The request of one type of check. */
export type RequestOf<Type extends CheckRequest['type']> = Extract<CheckRequest, { type: Type }>;

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
  summary: z.string(),
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

/**
 * Reads a request.
 * @throws UserError that names each wrong field
 */
export function parseRequest(value: unknown): CheckRequest {
  const parsed = request.safeParse(value);
  if (!parsed.success)
    throw new UserError(`the check's request is wrong: ${describe(parsed.error)}`, 'correct the gate');
  const unknownService = namedService(parsed.data);
  if (unknownService !== undefined) {
    throw new UserError(
      `the check's request is wrong: settings.service: there is no service ${unknownService}`,
      `name one of ${Object.keys(parsed.data.urls).join(', ')}`,
    );
  }
  return parsed.data;
}

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

function namedService({ settings, urls }: CheckRequest): string | undefined {
  const service = 'service' in settings ? settings.service : undefined;
  return service === undefined || service in urls ? undefined : service;
}

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ');
}

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
