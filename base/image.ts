/** Whether this process runs in the pipeline's image: everything needed is there, nothing is installed. The image sets the variable. */
export function isImage(environment: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return environment['SLUICE_IN_IMAGE'] === '1';
}
