import { z } from 'zod';
import { runningInProject } from '../running';
import type { TargetKind } from './kind';
import { connectionTo, machine, machineName } from './machine';

const settings = z.strictObject({
  kind: z.literal('compose-ssh'),
  ...machine,
  /** @default /usr/local/<the platform's prefix>-<environment> */
  folder: z
    .string()
    .regex(/^\/(?!.*(^|\/)\.\.?(\/|$))[\w./-]*\w$/, 'must be a folder from the root on, like /usr/local/shop-dev')
    .optional(),
});

/** A compose project that people have written and started, on another machine. */
export const composeSsh: TargetKind<typeof settings> = {
  settings,
  logins: ['sshPassword', 'sshPrivateKey'],
  declares: false,
  inPlace: true,
  isPlatformEngine: false,
  needsSshProgram: false,
  machine: machineName,
  home(target, question) {
    const ssh = connectionTo(target, question);
    const folder = target.folder ?? `/usr/local/${question.instance}-${question.environment}`;
    return { on: { host: ssh }, machine: { ssh, folder } };
  },
  running: runningInProject,
};
