import { sluice } from '../base/command';
import { codesIn, type ErrorCode } from '../base/codes';
import { hasNextLine } from '../base/errors';
import { dockerSays, type DockerTrouble } from '../clients/docker/words';
import { nextAfterRefusedLogin } from '../clients/registry/refusal';
import { registryTroubleIn, remedies } from '../clients/registry/trouble';
import { silentEngines } from './former-engines';
import { isWrongPassphrase, protectedIn } from './pulumi/message';

const installThere = 'install it there (docs/compose-ssh.md says what the machine needs), then npm run up';

/** What to type after what a machine or a plugin has told by its code. */
const afterCode: Readonly<Record<Exclude<ErrorCode, 'engine-away'>, string>> = {
  'login-refused':
    'correct sluice:registryUsername and sluice:registryPassword, or the variables that they name (HARBOR_PASSWORD); then npm run up',
  'file-of-another': 'give the file there to the account that deploys (chown), then npm run up',
  'went-back': `push a change that becomes healthy; to try it once more as it is: ${sluice('promote')} ENVIRONMENT --again`,
  'stuck-halfway': 'npm run up, which tries again; the lines above say what is in its way',
  'file-unreadable':
    'correct the file so that "docker-compose config" (or "docker compose config") there takes it, then npm run up',
  'folder-busy': 'wait until that has ended, then npm run up; a process that died holds nothing',
  'file-changed': 'npm run up, which looks at it anew',
  'engine-refused': 'start the engine there, or let the account use it (usermod -aG docker ACCOUNT); then npm run up',
  'folder-refused': 'give the folder there to the account that deploys (chown), then npm run up',
  'program-missing': installThere,
};

const farEngineAway = 'is that machine up, and may its account use Docker there? npm run up ends what was begun';

/** What to type after what an engine says; the first that it has said. */
const afterDocker: readonly (readonly [DockerTrouble, string])[] = [
  ['far-engine-away', farEngineAway],
  [
    'disk-full',
    'make room on the disk (docker system df shows what the engine holds; docker image prune), then: npm run up',
  ],
  [
    'image-unknown',
    'the registry has lost that image: push a change to its repository, whose pipeline builds one, or correct the digest in the stack file',
  ],
  ['login-missing', nextAfterRefusedLogin],
  ['port-taken', 'npm run up, which says who has the port'],
  ['engine-away', `${sluice('doctor')}, which says what the engine lacks; then npm run up`],
];

/** An error of Pulumi's as people are to read it: what it says of something protected is how to delete that, and ledgers need it. */
export function inOwnWords(error: string): string {
  const name = protectedIn(error);
  return name === undefined
    ? error
    : `${name} is protected: a newer version has made it, and this checkout would delete it`;
}

/**
 * The next thing to type after an update that failed; undefined when its errors say it themselves, or nothing is known.
 * @param errors what Pulumi told of it
 * @param environment whose update it was, where that is one
 */
export function nextAfter(errors: readonly string[], environment = 'ENVIRONMENT'): string | undefined {
  const text = errors.join('\n');
  if (hasNextLine(text)) return undefined;
  // A script's own code is the last thing that it prints.
  const scriptCode = codesIn(text).findLast(({ code }) => code !== 'engine-away')?.code;
  if (scriptCode !== undefined && scriptCode !== 'engine-away')
    return afterCode[scriptCode].replace('ENVIRONMENT', environment);
  if (silentEngines(errors).length > 0) return farEngineAway;
  const known = afterDocker.find(([trouble]) => dockerSays(text, trouble))?.[1];
  if (known !== undefined) return known;
  if (isWrongPassphrase(text)) {
    return 'put the passphrase back that the state was encrypted with (the file passphrase beside the state)';
  }
  if (protectedIn(text) !== undefined) return 'update this checkout (git pull), then npm run up';
  const trouble = registryTroubleIn(text);
  return trouble === undefined ? undefined : `${remedies[trouble]}; then npm run up`;
}
