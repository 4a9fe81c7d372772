import { nextAfterRefusedLogin } from '../clients/registry/refusal';
import { remedies, troubleIn } from '../clients/registry/trouble';

/** A text by which a failed update gives itself away, and the next thing to type. */
interface Failure {
  sign: RegExp;
  next: string;
}

/** What a deployment into a compose project says of the machine that it is on (targets/compose-deploy.sh). */
const ofMachine: readonly Failure[] = [
  {
    sign: / does not let .+ in: /,
    next: 'correct sluice:registryUsername and sluice:registryPassword, or the variables that they name (HARBOR_PASSWORD); then npm run up',
  },
  {
    sign: /can't give a file to/,
    next: 'give the file there to the account that deploys (chown), then npm run up',
  },
  {
    sign: /docker-compose\.yml and what runs are as before/,
    next: 'push a change that becomes healthy; to try it once more: npm run up',
  },
  {
    sign: /The next run tries again/,
    next: 'npm run up, which tries again; the lines above say what is in its way',
  },
  {
    sign: /can't read docker-compose\.yml; nothing was changed/,
    next: 'correct the file so that "docker-compose config" (or "docker compose config") there takes it, then npm run up',
  },
  {
    sign: /is being worked in by/,
    next: 'wait until that has ended, then npm run up; a process that died holds nothing',
  },
  {
    sign: /was changed after this update had looked at it/,
    next: 'npm run up, which looks at it anew',
  },
  {
    sign: /can't use the Docker engine: /,
    next: 'start the engine there, or let the account use it (usermod -aG docker ACCOUNT); then npm run up',
  },
  {
    sign: /may not write into |that .+ may write into$/m,
    next: 'give the folder there to the account that deploys (chown), then npm run up',
  },
  {
    sign: /is missing on this machine: install util-linux|neither "docker compose" nor/,
    next: 'install it there (docs/compose-ssh.md says what the machine needs), then npm run up',
  },
];

/** What is said of another machine's engine that is away: by the stand-in for the docker plugin, and by the official one. */
export const engineAway = /no Docker engine answers at ssh:|error during connect: .*ssh/i;

const failures: readonly Failure[] = [
  ...ofMachine,
  {
    sign: engineAway,
    next: 'is that machine up, and may its account use Docker there? npm run up ends what was begun',
  },
  {
    sign: /no space left on device|disk quota exceeded/i,
    next: 'make room on the disk (docker system df shows what the engine holds; docker image prune), then: npm run up',
  },
  {
    sign: /manifest unknown|manifest for .* not found|not found: manifest/i,
    next: 'the registry has lost that image: push a change to its repository, whose pipeline builds one, or correct the digest in the stack file',
  },
  {
    sign: /unauthorized: authentication required|authentication required|no basic auth credentials/i,
    next: nextAfterRefusedLogin,
  },
  {
    sign: /port is already allocated|address already in use/i,
    next: 'npm run up, which says who has the port',
  },
  {
    sign: /cannot connect to the docker daemon|is the docker daemon running|error during connect/i,
    next: 'npm run doctor, which says what the engine lacks; then npm run up',
  },
  {
    sign: /incorrect passphrase/i,
    next: 'put the passphrase back that the state was encrypted with (the file passphrase beside the state)',
  },
];

const ofRegistry = /\/v2\/|registry|pull|x509|manifest/i;

/**
 * The next thing to type after an update that failed; undefined when its errors say it themselves, or nothing is known.
 * @param errors what Pulumi told of it
 */
export function nextAfter(errors: readonly string[]): string | undefined {
  const text = errors.join('\n');
  if (/^\s*next: /m.test(text)) return undefined;
  const known = failures.find(({ sign }) => sign.test(text))?.next;
  if (known !== undefined) return known;
  const trouble = troubleIn(text);
  // What an engine says of a registry; "denied" and "timeout" are said of other things, too.
  if (trouble === undefined || trouble === 'away' || !ofRegistry.test(text)) return undefined;
  return `${remedies[trouble]}; then npm run up`;
}
