import { z } from 'zod';
import { runningOnEngine } from '../running';
import type { TargetKind } from './kind';

const settings = z.strictObject({ kind: z.literal('engine') });

/** The platform's own engine, whose container keeps the ledger of all environments there. */
export const engine: TargetKind<typeof settings> = {
  settings,
  logins: [],
  declares: true,
  inPlace: false,
  isPlatformEngine: true,
  needsSshProgram: false,
  home: (_, { instance }) => ({ on: {}, ledger: `${instance}-ledger` }),
  running: runningOnEngine,
};
