import { z } from 'zod';
import { runningOnMachine } from '../running';
import type { TargetKind } from './kind';
import { connectionTo, machine, machineName } from './machine';

const settings = z.strictObject({ kind: z.literal('ssh-docker'), ...machine });

/** Another machine's engine, which Docker's clients reach by SSH. */
export const sshDocker: TargetKind<typeof settings> = {
  settings,
  logins: ['sshPrivateKey'],
  noOtherLogin: "Docker's clients log in with a key",
  declares: true,
  inPlace: false,
  isPlatformEngine: false,
  needsSshProgram: true,
  // It is there to be reached, while a platform's own machine may be somebody's laptop.
  bind: '0.0.0.0',
  machine: machineName,
  home(target, question) {
    const ssh = connectionTo(target, question);
    const folder = `.local/state/sluice/${question.instance}-${question.environment}`;
    return { on: { host: ssh }, machine: { ssh, folder } };
  },
  running: runningOnMachine,
};
