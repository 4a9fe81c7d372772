import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';

/** What can be wrong with a registry, as far as a person has something else to do about each. */
export type Trouble =
  | 'quota'
  | 'rate'
  | 'project'
  | 'rights'
  | 'authority'
  | 'hostName'
  | 'certificateTime'
  | 'plainHttp'
  | 'noRegistry'
  | 'expired'
  | 'login'
  | 'away';

/**
 * Texts by which troubles give themselves away, in the answers of registries, in what engines make of them and in Node's
 * codes; the first that fits. Taken from Harbor's sources and tests, GitHub's, Docker's and JFrog's documentation and the Go
 * and Node libraries for TLS.
 */
const signs: readonly (readonly [Trouble, RegExp])[] = [
  ['quota', /will exceed the configured upper limit|quota.{0,40}exceeded|exceed.{0,40}quota|over quota/i],
  ['rate', /toomanyrequests|too many requests|pull rate limit/i],
  ['project', /project \S+ not found|create_package|not allowed to create|name unknown|name not known to registry/i],
  [
    'rights',
    /permission_denied|not match expected scopes|not allowed to write|insufficient_scope|unauthorized to access repository|access to the resource is denied|pull access denied|does not have permission/i,
  ],
  [
    'authority',
    /unknown authority|self[-_ ]signed|depth_zero|unable_to_(verify|get_issuer)|unable to (verify|get local)/i,
  ],
  ['hostName', /certificate is (not )?valid for|cannot validate certificate for|altname_invalid|legacy common name/i],
  ['certificateTime', /certificate has expired|cert_has_expired|not yet valid|cert_not_yet_valid/i],
  ['plainHttp', /http response to https client|wrong[ _]version[ _]number|packet length too long/i],
  ['noRegistry', /error parsing http \d+ response body|invalid character '<'/i],
  ['expired', /(token|robot|account|password|credential|key)\b.{0,40}\bexpired/i],
  ['login', /unauthorized|authentication required|no basic auth|incorrect username or password|denied: denied/i],
  ['rights', /denied/i],
  ['away', /connection refused|econnrefused|no such host|enotfound|timeout|timed out|unreachable|no route to host/i],
];

/** What is wrong, going by a text; undefined when nothing of a registry is known by it. */
export function troubleIn(text: string): Trouble | undefined {
  return signs.find(([, sign]) => sign.test(text))?.[0];
}

/** Texts that speak of a registry, in what engines and Pulumi say of everything. */
const ofRegistry = /\/v2\/|registry|pull|x509|manifest/i;

/** As {@link troubleIn}, for a text that may speak of something else: "denied" and "timeout" are said of other things, too. */
export function registryTroubleIn(text: string): Exclude<Trouble, 'away'> | undefined {
  const trouble = troubleIn(text);
  return trouble === undefined || trouble === 'away' || !ofRegistry.test(text) ? undefined : trouble;
}

/** Whether a refusal says nothing but that it is one: GitHub's service answers 403 to a wrong token so. */
export function isBareRefusal(text: string): boolean {
  return /^(denied: )?denied$/i.test(text);
}

/** Whether a refusal with 403 is of the login all the same: GitHub's registry says so. */
export function isDeniedLogin(text: string): boolean {
  return /denied: denied/i.test(text);
}

/** Whether a registry counts pulls by the hour, which no waiting helps against (Docker Hub). */
export function isHourlyLimit(text: string): boolean {
  return /pull rate limit/i.test(text);
}

/** A registry's refusal, or another trouble with it. */
export class RegistryTrouble extends UserError {
  constructor(
    readonly trouble: Exclude<Trouble, 'away'>,
    message: string,
    next: string,
  ) {
    super(message, next);
  }
}

/** Where a registry gave trouble. */
export interface TroubleFacts {
  /** As the person knows it. */
  registry: string;
  /** `the login "ann"`, `a request without login`. */
  who: string;
  /** What was not done: `push`. */
  verb: string;
  /** The registry's own words, or the code; empty when it said nothing. */
  reply: string;
}

const setPassword = `${sluice('pulumi')} config set --secret sluice:registryPassword -s platform`;

/** What to do about each trouble; what follows (`then npm run up`) depends on where it came up. */
export const remedies: Readonly<Record<Exclude<Trouble, 'away'>, string>> = {
  quota: 'delete images there or have the quota raised (Harbor: the project, Summary, Quota)',
  rate: 'wait, or use an account that may ask more often',
  project:
    'make the project there (Harbor: Projects, New Project), correct sluice:registryNamespace, or use an account that may make it',
  rights:
    'use an account that may, or give this one the right (GHCR: write:packages; Harbor: the role Developer; Docker Hub: Read & Write)',
  authority: "name its authority's certificate in sluice:registryCa (a file below the project)",
  hostName:
    'call the registry by a name that is in its certificate (sluice:registryHost), or have one issued for this name',
  certificateTime: "renew the registry's certificate, and look at this machine's clock",
  plainHttp: 'give the registry a certificate: engines speak plain HTTP to localhost only',
  noRegistry: 'correct sluice:registryHost: what image names begin with, without path',
  expired: `make a new token there, then: ${setPassword}`,
  login: `correct sluice:registryUsername and the password (a token or robot account may have expired): ${setPassword}`,
};

/** One clear error for a trouble. @param then what follows the remedy, `then npm run up` */
export function troubleError(
  trouble: Exclude<Trouble, 'away'>,
  { registry, who, verb, reply }: TroubleFacts,
  then: string,
): RegistryTrouble {
  const words = reply === '' ? '' : ` (${reply})`;
  const message = {
    quota: `the registry ${registry} has no room left for this${words}`,
    rate: `the registry ${registry} takes no more requests for now${words}`,
    project: `the registry ${registry} has no such project, or ${who} may make nothing in it${words}`,
    rights: `the registry ${registry} knows ${who}, but it may not ${verb} there${words}`,
    authority: `the certificate of the registry ${registry} is signed by an authority that is not known here${words}`,
    hostName: `the certificate of the registry ${registry} is for another name${words}`,
    certificateTime: `the certificate of the registry ${registry} has expired, or is not valid yet${words}`,
    plainHttp: `the registry ${registry} speaks no TLS${words}`,
    noRegistry: `${registry} is no registry${words}`,
    expired: `${who} at the registry ${registry} has expired${words}`,
    login: `the registry ${registry} refuses ${who}${words}`,
  }[trouble];
  return new RegistryTrouble(trouble, message, `${remedies[trouble]}; ${then}`);
}
