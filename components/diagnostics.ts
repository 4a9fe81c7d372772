import type * as pulumi from '@pulumi/pulumi';
import { visible } from '../base/visible';

/** The functions by which a program has Pulumi say something. */
type Diagnostics = Pick<typeof pulumi.log, 'info' | 'warn' | 'error'>;

/**
 * Sees to it that Pulumi is told nothing that a terminal would obey, by whatever the program says from now on, and by what Pulumi itself says
 * of an error that nobody has caught. It prints what it is told as it is.
 * @param log Pulumi's own; its functions are replaced
 */
export function showDiagnostics(log: Diagnostics): void {
  for (const level of ['info', 'warn', 'error'] as const) {
    const tell = log[level];
    log[level] = (text, ...rest) => tell(visible(text), ...rest);
  }
}
