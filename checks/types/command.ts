import { z } from 'zod';
import type { CheckType } from './type';

const settings = z.strictObject({
  /** Program and arguments, without a shell. */
  command: z.array(z.string().min(1)).min(1),
});

export const command: CheckType<typeof settings> = {
  settings,
  startsProgram: true,
  timeLimitSeconds: 60,
};
