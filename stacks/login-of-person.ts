import { readFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Variables that name a login which stands in a file, or is had from a service, that no other process has. */
const pointers = [
  'AWS_PROFILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** What a profile has that is a login. A region alone is none. */
const login = /^\s*(aws_access_key_id|credential_process|role_arn|sso_session|sso_start_url|login_session)\s*=/m;

/**
 * What AWS's clients take for the login at a bucket when the environment has no keys, and a step of Drone does not have.
 * @returns in words, for a message; undefined when there are keys, or nothing but a role of the machine
 */
export function loginOfPerson(environment: NodeJS.ProcessEnv): string | undefined {
  const isSet = (name: string): boolean => (environment[name] ?? '') !== '';
  if (isSet('AWS_ACCESS_KEY_ID') && isSet('AWS_SECRET_ACCESS_KEY')) return undefined;
  const pointer = pointers.find(isSet);
  if (pointer === 'AWS_PROFILE') return `the profile ${environment[pointer] ?? ''} (${pointer})`;
  if (pointer !== undefined) return `what ${pointer} names`;
  const folder = path.join(environment['HOME'] ?? os.homedir(), '.aws');
  const config = environment['AWS_CONFIG_FILE'] ?? '';
  const files = [path.join(folder, 'credentials'), config === '' ? path.join(folder, 'config') : config];
  const file = files.find((each) => login.test(defaultProfile(each)));
  return file === undefined ? undefined : `the profile default of ${file}`;
}

/** The lines of the profile that is taken when nobody names one; '' when the file can't be read, as AWS's clients go on without it. */
function defaultProfile(file: string): string {
  try {
    const sections = readFileSync(file, 'utf8').split(/^(?=\s*\[)/m);
    return sections.filter((section) => /^\s*\[\s*(profile\s+)?default\s*\]/.test(section)).join('\n');
  } catch {
    return '';
  }
}
