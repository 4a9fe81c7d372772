import { nextAfterRefusedLogin } from '../engine/registry-refusal';
import { remedies, troubleIn } from '../engine/registry-trouble';

/** A text by which a failed update gives itself away, and the next thing to type. */
interface Failure {
  sign: RegExp;
  next: string;
}

const failures: readonly Failure[] = [
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
