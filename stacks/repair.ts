/** The variable by which a verb tells the program that an update only repairs: `1`. */
export const repairVariable = 'SLUICE_REPAIR';

/** Whether this update brings an environment only to what it was last switched to: something of that does not run. */
export function isRepair(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment[repairVariable] === '1';
}
