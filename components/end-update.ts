import * as pulumi from '@pulumi/pulumi';

/** Pulumi's own code for a program that ends after it has told the person why; nothing is added to the message then. */
const toldThePerson = 32;

/**
 * Ends the update with one message when an output turns out to be wrong. What depends on that output never comes to be.
 * (An error that is thrown there would be wrapped once by everything that depends on it, thousands of times in all.)
 */
export function endUpdate(message: string): Promise<never> {
  return pulumi.log.error(message).then(() => process.exit(toldThePerson));
}
