import { z } from 'zod';
import type { CheckType } from './type';
import { name } from './words';

/** A size of the browser's window, in CSS pixels. */
const viewport = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,30}$/, 'should be lower-case letters, digits and dashes'),
  width: z.int().min(200).max(7680),
  height: z.int().min(200).max(7680),
});

const settings = z.strictObject({
  /** A scenario's TypeScript source. It travels in the request, so that it is part of the gate's hash. */
  scenario: z.string().min(1),
  /** One run per size; one desktop (1280 × 800) by default. */
  viewports: z
    .array(viewport)
    .min(1)
    .refine((all) => new Set(all.map((each) => each.name)).size === all.length, 'should have different names')
    .optional(),
  /** The service that `page.goto('/')` opens; the `frontend`, else the first, by default. */
  service: name.optional(),
});

export const browser: CheckType<typeof settings> = {
  settings,
  files: ['scenario'],
  timeLimitSeconds: 120,
};
