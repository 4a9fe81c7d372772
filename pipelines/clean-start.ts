/** The script `named` beside this file, where the program is in the tools image. */
const script = '/sluice/program/pipelines/named';

/**
 * The words that run a command with named variables and no others: `/bin/sh`, the script `named`, names, `--`, command.
 * @param names of variables; one that is not set stays so
 */
export function named(names: readonly string[], command: readonly string[]): string[] {
  return ['/bin/sh', script, ...new Set(names), '--', ...command];
}

/**
 * What a shell, or the system that starts it, does by its environment before it reads its first line. A step's own variables win
 * over those that somebody adds to a build, so these are set in every step.
 */
export const quietShell: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/tmp',
  // The loader of programs (ld.so(8)) and the C library.
  LD_PRELOAD: '',
  LD_LIBRARY_PATH: '',
  LD_AUDIT: '',
  LD_DEBUG: '',
  LD_DEBUG_OUTPUT: '',
  LD_PROFILE: '',
  LD_PROFILE_OUTPUT: '',
  GLIBC_TUNABLES: '',
  GCONV_PATH: '',
  LOCPATH: '',
  MALLOC_TRACE: '',
  // Shells.
  ENV: '',
  BASH_ENV: '',
  SHELLOPTS: '',
  PS4: '',
  CDPATH: '',
  // Node, of which only the named variables get there; so that a look at a step's container shows no other.
  NODE_OPTIONS: '',
  NODE_PATH: '',
};
