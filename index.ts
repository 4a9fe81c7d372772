import * as pulumi from '@pulumi/pulumi';
import { endUpdate } from './components/end-update';
import { readConfig } from './config';
import { UserError } from './base/errors';

/** Declares what this stack is, the platform or one environment; the stack's outputs are what it returns. */
export = async (): Promise<Record<string, unknown>> => {
  try {
    const config = readConfig();
    // Each is loaded where it is wanted: neither is small.
    if (config.role === 'platform') return await (await import('./stacks/platform')).declarePlatform(config);
    return await (await import('./stacks/environment')).declareEnvironment(pulumi.getStack(), config);
  } catch (error) {
    // People get the message and what to type; a stack trace helps only those who write this program.
    if (error instanceof UserError) return endUpdate(error.toString());
    if (error instanceof pulumi.RunError) return endUpdate(error.message);
    throw error;
  }
};
