import { z } from 'zod';
import { runningOnEngine } from '../running';
import type { TargetKind } from './kind';

const settings = z.strictObject({ kind: z.literal('engine') });

/** The platform's own engine. */
export const engine: TargetKind<typeof settings> = {
  settings,
  logins: [],
  declares: true,
  inPlace: false,
  isPlatformEngine: true,
  needsSshProgram: false,
  home: () => ({ on: {} }),
  running: runningOnEngine,
};
