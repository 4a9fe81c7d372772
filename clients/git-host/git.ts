import { UserError } from '../../base/errors';
import { run } from '../../base/process';
import type { Login } from '../http';

/** Where and as whom git works. */
export interface GitOptions {
  /** Working folder. */
  folder: string;
  /** A folder of its own as home, so that no person's settings are read. */
  home: string;
  /** For the git host. It goes through the environment to a credential helper, never into an argument or an address. */
  login?: Login;
}

/** Gives git the credentials that the environment holds. */
const helper = '!f() { echo "username=$SLUICE_GIT_USERNAME"; echo "password=$SLUICE_GIT_PASSWORD"; }; f';

const settings: [string, string][] = [
  ['user.name', 'Sluice'],
  ['user.email', 'sluice@localhost'],
  ['commit.gpgSign', 'false'],
  // The first one forgets the helpers of the machine.
  ['credential.helper', ''],
  ['credential.helper', helper],
];

/**
 * Runs git without any of the machine's or person's own settings, and without asking.
 * @returns what it printed
 * @throws UserError when there is no git
 */
export async function git(args: readonly string[], options: GitOptions): Promise<string> {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: options.home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: String(settings.length),
    SLUICE_GIT_USERNAME: options.login?.username,
    SLUICE_GIT_PASSWORD: options.login?.password,
  };
  settings.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  const { code, stdout, stderr, problem } = await run('git', args, { cwd: options.folder, env, allowFailure: true });
  if (problem?.code === 'ENOENT') throw new UserError('git is not installed', 'install git, then run this again');
  if (problem !== undefined) throw problem;
  if (code !== 0) throw new Error(`git ${args[0] ?? ''}: ${stderr.trim() || `exit code ${code}`}`);
  return stdout;
}
