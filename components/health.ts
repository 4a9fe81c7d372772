/**
 * How often a health check runs. Each run starts a process in the container, which costs far more than the check itself:
 * with every 2 s a whole Sluice kept a quarter of two processors busy doing nothing else.
 */
export const healthInterval = '5s';
