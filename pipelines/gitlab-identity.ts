import type { JSONWebKeySet, JWTPayload } from 'jose';
import { http } from '../clients/http';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import type { ProvedPerson } from './kinds/kind';
import { isPrivateWay } from './kinds/place';

/** The variable in which a job gets its ID token: the key below `id_tokens` in `.gitlab-ci.yml`. */
export const idTokenVariable = 'SLUICE_ID_TOKEN';

/** Whom a job's token has to be for: this Sluice. @param instance the platform's prefix */
export function audienceOf(instance: string): string {
  return `sluice/${instance}`;
}

/** What a token has to say. All of it comes from the platform's configuration, and nothing from a job's variables. */
export interface ProofSettings {
  /** GitLab's address, without a slash at its end: `https://gitlab.com`. Its keys are asked there. */
  issuer: string;
  audience: string;
  /** `group/discounts` */
  project: string;
  /** The branch that is delivered. It has to be protected. */
  branch: string;
  /** The environment that the job deploys. */
  environment: string;
}

/** Seconds by which the clocks of GitLab and of a job's machine may differ. */
const clockTolerance = 30;

/**
 * Who has started a job at GitLab, as GitLab itself has signed it (docs.gitlab.com, "OpenID Connect (OIDC) Authentication Using ID
 * Tokens"). Whoever starts a pipeline may set every variable of its jobs, but can't make GitLab sign another name.
 * @returns the person's login, and the commit of the pipeline that the job is of
 * @throws UserError when the token does not prove it, and when GitLab does not tell its keys
 */
export async function personAtGitLab(
  token: string | undefined,
  settings: ProofSettings,
  now = new Date(),
  patienceSeconds = 20,
): Promise<Required<ProvedPerson>> {
  if (token === undefined || token === '') {
    throw new UserError(
      `nothing proves who has started this job: it has no ID token (${idTokenVariable})`,
      `${sluice('pipeline')} prints the .gitlab-ci.yml that asks GitLab (16.0 or later) for one; commit it (docs/gitlab.md)`,
    );
  }
  const { createLocalJWKSet, decodeJwt, jwtVerify } = await import('jose');
  const said = attempt(() => decodeJwt(token));
  if (said === undefined) throw notProved('it is no ID token');
  // Looked at first, because another server's token fails on its signature, and nobody would know why.
  refuseOther(said, 'iss', settings.issuer);
  const keys = createLocalJWKSet(await keysOf(settings.issuer, patienceSeconds));
  const { issuer, audience } = settings;
  const required = { algorithms: ['RS256'], requiredClaims: ['exp', 'nbf'], clockTolerance };
  const { payload } = await jwtVerify(token, keys, { ...required, issuer, audience, currentDate: now }).catch(
    (error: unknown) => {
      throw failed(error as Error & { code?: string }, said, settings);
    },
  );
  // One that is for somebody else as well has been seen there.
  if (Array.isArray(payload.aud) && payload.aud.length > 1) throw notProved('it is for others too');
  refuseOther(payload, 'project_path', settings.project);
  refuseOther(payload, 'ref_type', 'branch');
  refuseOther(payload, 'ref', settings.branch);
  refuseOther(payload, 'ref_protected', 'true');
  refuseOther(payload, 'environment', settings.environment);
  // A merge request's pipeline runs what its author has written.
  if (payload['pipeline_source'] === 'merge_request_event') throw notProved("it is of a merge request's pipeline");
  const { user_login: person, sha: commit } = payload;
  if (typeof person !== 'string' || !/^[\w.-]{1,255}$/.test(person)) throw notProved('it names nobody (user_login)');
  if (typeof commit !== 'string' || !/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) {
    throw notProved('it names no commit (sha)', 'GitLab 16.0 or later names it');
  }
  return { person, commit };
}

/** The keys by which GitLab signs, as it publishes them (OpenID Connect Discovery 1.0). */
async function keysOf(issuer: string, patienceSeconds: number): Promise<JSONWebKeySet> {
  const ask = async <T>(url: string): Promise<Partial<T>> => {
    const { status, body } = await http<Partial<T> | undefined>(url, { patienceSeconds });
    if (status === 200 && typeof body === 'object') return body;
    throw new Error(`${url} answered ${status}, and not what it should`);
  };
  try {
    const { jwks_uri: address = '' } = await ask<{ jwks_uri: string }>(`${issuer}/.well-known/openid-configuration`);
    if (!isPrivateWay(address)) throw new Error(`it names keys at "${address}", which is no https address`);
    const { keys = [] } = await ask<JSONWebKeySet>(address);
    return { keys };
  } catch (error) {
    throw new UserError(
      `GitLab does not tell by which keys it signs ID tokens: ${(error as Error).message}`,
      `correct sluice:ciUrl (${issuer}) if that is not its address; where a private authority has signed its certificate, give NODE_EXTRA_CA_CERTS to this job (docs/gitlab.md)`,
    );
  }
}

function failed(error: Error & { code?: string }, said: JWTPayload, { audience }: ProofSettings): UserError {
  if (error.code === 'ERR_JWT_EXPIRED') return notProved('it has expired', 'start the job again');
  if (error.code !== 'ERR_JWT_CLAIM_VALIDATION_FAILED') {
    return notProved(`GitLab has not signed it (${error.message})`, 'start the job again');
  }
  const { claim } = error as { claim?: string };
  if (claim === 'nbf') return notProved('it is not valid yet', "set this machine's clock, then start the job again");
  if (claim === 'aud') return notProved(differs('aud', said.aud, audience));
  return notProved(error.message);
}

/** What to do about a claim that is another one. */
const remedies: Readonly<Record<string, string>> = {
  iss: "write GitLab's address as sluice:ciUrl into the platform's stack file, then npm run up",
  project_path: "correct sluice:repositories.….project in the platform's stack file, then npm run up",
  ref_protected: 'protect that branch at GitLab (Settings, Repository, Protected branches), then start the job again',
};

function refuseOther(said: JWTPayload, claim: string, wanted: string): void {
  const found = said[claim];
  // GitLab's paths are the same whatever the case of their letters.
  const [a, b] = [String(found), wanted].map((text) => (claim === 'project_path' ? text.toLowerCase() : text));
  if (a !== b) throw notProved(differs(claim, found, wanted), remedies[claim]);
}

function differs(claim: string, found: unknown, wanted: string): string {
  const shown = found === undefined ? 'missing' : JSON.stringify(found).replace(/[^ -~]/g, '?');
  return `its ${claim} is ${shown}, and should be "${wanted}"`;
}

function notProved(
  why: string,
  next = `${sluice('pipeline')} prints the .gitlab-ci.yml whose job proves it; commit it, and start that job (docs/gitlab.md)`,
): UserError {
  return new UserError(`the ID token of this job does not prove who has started it: ${why}`, next);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
