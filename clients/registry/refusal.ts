import { UserError } from '../../base/errors';
import { reason, type RegistryAnswer } from './http';
import { jsonOf, NoToken, parseChallenges } from './token';
import { isBareRefusal, isDeniedLogin, RegistryTrouble, troubleError, troubleIn, type Trouble } from './trouble';

/** Who asked which registry, for the words of an error. */
export interface Asker {
  endpoint: string;
  login: { username: string; password: string } | undefined;
}

/** What to do where a registry refuses a login that is configured. */
export const nextAfterRefusedLogin =
  "remove the registry's container registry-store (docker rm --force), then npm run up, which gives it its login again; or correct username and password in the configuration";

const thenUp = 'then npm run up';

function whoOf({ login }: Asker): string {
  return login === undefined || login.username === '' ? 'a request without login' : `the login "${login.username}"`;
}

/**
 * What a registry's refusal means. Many of them answer 401 or 403 to everything: the words tell more.
 * @returns undefined for an answer that is no refusal of which something is known
 */
export function refusal(asker: Asker, answer: RegistryAnswer, method: string): UserError | undefined {
  const { status } = answer;
  const words = wordsOf(answer, asker);
  const trouble = troubleOf(status, words);
  if (trouble === undefined) return undefined;
  const isToken = parseChallenges(answer.headers['www-authenticate']).some(({ scheme }) => scheme === 'bearer');
  if (trouble === 'login' && !isToken) {
    return new UserError(
      `the registry ${asker.endpoint} refuses ${whoOf(asker)} (${saidOf(status, words)})`,
      nextAfterRefusedLogin,
    );
  }
  // A registry that hands out tokens knows whom it gave one: that did not do for this.
  return troubleFor(asker, trouble === 'login' ? 'rights' : trouble, saidOf(status, words), method);
}

/** What it means that no token is to be had. */
export function refusedToken(asker: Asker, { service, answer, problem }: NoToken, method: string): UserError {
  const words = answer === undefined ? '' : wordsOf(answer, asker);
  const known = answer === undefined ? undefined : troubleOf(answer.status, words);
  const trouble = known === 'rights' && isBareRefusal(words) ? 'login' : known;
  if (trouble !== undefined) return troubleFor(asker, trouble, saidOf(answer?.status ?? 0, words), method);
  return new UserError(
    `the registry ${asker.endpoint} asks for a token of ${service}, but: ${problem}`,
    'look at that service, or correct sluice:registryHost',
  );
}

/** A registry in which nobody deletes, or this login does not: GHCR and Docker Hub are such. */
export class DeletionRefused extends UserError {}

/** Who may do anything but delete is no worse off than where nobody may. */
export function asDeletion(method: string, error: UserError): UserError {
  return method === 'DELETE' && error instanceof RegistryTrouble && error.trouble === 'rights'
    ? new DeletionRefused(error.message, error.next)
    : error;
}

/** What it means that nobody answers, or nobody who can be trusted. */
export function unanswered({ endpoint, login }: Asker, error: unknown): UserError {
  const why = reason(error);
  const trouble = troubleIn(`${(error as { code?: string }).code ?? ''} ${String(error)}`);
  if (trouble === 'authority' || trouble === 'hostName' || trouble === 'certificateTime' || trouble === 'plainHttp') {
    const facts = { registry: endpoint, who: whoOf({ endpoint, login }), verb: 'read', reply: why };
    return troubleError(trouble, trouble === 'plainHttp' ? { ...facts, reply: '' } : facts, thenUp);
  }
  return new UserError(
    `the registry ${endpoint} does not answer (${why})`,
    'npm run up, which starts what is missing; or correct its address in the configuration',
  );
}

/** What it means that something else than a registry answers. */
export function noRegistry(asker: Asker, what: string): UserError {
  return troubleFor(asker, 'noRegistry', what, 'GET');
}

function troubleFor(asker: Asker, trouble: Exclude<Trouble, 'away'>, reply: string, method: string): UserError {
  return troubleError(trouble, { registry: asker.endpoint, who: whoOf(asker), verb: verbOf(method), reply }, thenUp);
}

function troubleOf(status: number, words: string): Exclude<Trouble, 'away'> | undefined {
  const told = troubleIn(words);
  if (status === 429) return 'rate';
  if (status === 401 || status === 403) {
    if (told !== undefined && told !== 'login' && told !== 'away') return told;
    return status === 401 || isDeniedLogin(words) ? 'login' : 'rights';
  }
  // Words of any other answer count only where they are unmistakable.
  return told === 'quota' || told === 'project' || told === 'rate' ? told : undefined;
}

function verbOf(method: string): string {
  if (method === 'DELETE') return 'delete';
  return method === 'GET' || method === 'HEAD' ? 'read' : 'push';
}

function saidOf(status: number, words: string): string {
  return words === '' ? String(status) : `${status}: ${words}`;
}

/** The server's own words, on one line: `DENIED: requested access to the resource is denied`. No password that it repeats. */
function wordsOf(answer: RegistryAnswer, { login }: Asker): string {
  const body = jsonOf(answer);
  const listed = Array.isArray(body['errors']) ? (body['errors'] as unknown[]).map(wordsOfError) : [];
  const single = [body['details'], body['message'], body['error_description'], body['error']].find(
    (text) => typeof text === 'string',
  );
  const bearer = parseChallenges(answer.headers['www-authenticate']).find(({ parameters }) => 'error' in parameters);
  const all = [...listed, ...(listed.length === 0 && typeof single === 'string' ? [single] : [])];
  const text = [...all, ...(bearer === undefined ? [] : [bearer.parameters['error'] ?? ''])]
    .filter((each) => each !== '')
    .join('; ')
    .replace(/\s+/g, ' ')
    .trim();
  const hidden = login === undefined || login.password === '' ? text : text.replaceAll(login.password, '…');
  return hidden.length > 200 ? `${hidden.slice(0, 200)}…` : hidden;
}

function wordsOfError(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return [code, message].filter((each) => typeof each === 'string' && each !== '').join(': ');
}
