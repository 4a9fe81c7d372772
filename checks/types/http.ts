import { z } from 'zod';
import type { CheckType } from './type';
import { name } from './words';

const regularExpression = z.string().refine(isRegularExpression, 'should be a regular expression');

const settings = z.strictObject({
  service: name,
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

export const http: CheckType<typeof settings> = {
  settings,
  timeLimitSeconds: 30,
};

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
