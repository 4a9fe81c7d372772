import * as pulumi from '@pulumi/pulumi';
import { endUpdate } from './components/end-update';
import { readConfig } from './config';
import { UserError } from './errors';
import { declareEnvironment } from './stacks/environment';
import { declarePlatform } from './stacks/platform';

/** Declares what this stack is, the platform or one environment; the stack's outputs are what it returns. */
export = async (): Promise<Record<string, unknown>> => {
  try {
    const config = readConfig();
    return config.role === 'platform'
      ? await declarePlatform(config)
      : await declareEnvironment(pulumi.getStack(), config);
  } catch (error) {
    // People get the message and what to type; a stack trace helps only those who write this program.
    if (error instanceof UserError) return endUpdate(error.toString());
    if (error instanceof pulumi.RunError) return endUpdate(error.message);
    throw error;
  }
};
