/** The script `named` beside this file, where the program is in the tools image. */
const script = '/sluice/program/pipelines/named';

/**
 * The words that run a command with certain variables and no others: a shell that loads no library, the script `named`, names,
 * `NAME=value`, `--`, command.
 * @param names of variables that are taken as they are; one that is not set stays so
 * @param values of those that are said here: nobody who starts a build can add to them
 */
export function namedVariables(
  names: readonly string[],
  values: Readonly<Record<string, string>>,
  command: readonly string[],
): string[] {
  const given = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return ['/bin/busybox', 'sh', script, ...new Set(names), ...given, '--', ...command];
}

/**
 * What a shell, or the system that starts a program, does by its environment before that reads its first line. A step's own variables
 * win over those that somebody adds to a build, so these are set in every step; the shell that steps begin with loads nothing by any of
 * them besides, since Drone would also take a variable whose name is `LD_PRELOAD=/x`.
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
