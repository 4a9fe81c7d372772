/**
 * The name that a Drone pipeline's step has from the platform's configuration service: who promoted the build, as Drone has signed
 * it. A step's own variable wins over whatever else somebody brings along.
 */
export const promoterVariable = 'SLUICE_PROMOTED_BY';
