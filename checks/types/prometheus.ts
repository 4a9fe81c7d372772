import { z } from 'zod';
import type { CheckType } from './type';

const settings = z.strictObject({
  /** Where it is, as seen from the environment's network: `http://prometheus:9090`. */
  url: z.url({ protocol: /^https?$/ }),
  /** An instant query in PromQL that gives a number, or one for each series. */
  query: z.string().min(1),
  /** Every value must be at least this; at least one of both bounds is needed. */
  min: z.number().optional(),
  /** Every value must be at most this. */
  max: z.number().optional(),
});

export const prometheus: CheckType<typeof settings> = {
  settings,
  rule: ({ min, max }) => (min === undefined && max === undefined ? 'needs min, max or both' : undefined),
  timeLimitSeconds: 30,
};
