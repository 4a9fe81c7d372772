import type { CustomResourceOptions } from '@pulumi/pulumi';

/**
 * How often a health check runs. Each run starts a process in the container, which costs far more than the check itself:
 * with every 2 s a whole Sluice kept a quarter of two processors busy doing nothing else.
 */
export const healthInterval = '5s';

/**
 * How a container whose name stays is replaced: the former one goes first. A changed health check replaces it too: the
 * provider takes the change for one that needs none, and never applies it.
 */
export const replacedByName: CustomResourceOptions = {
  deleteBeforeReplace: true,
  replaceOnChanges: ['healthcheck'],
};
