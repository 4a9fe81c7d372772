import type { RegistryLogins } from '../../components/registries';
import { limitsOf } from '../../clients/git-host/abilities';
import { evidenceAt } from '../../targets/evidence';
import type { LedgerPlace } from '../../targets/place';
import { setbackOf, type Setback } from '../../releases/history';
import { ciNames, type CiName } from '../../pipelines/kinds';
import { gateFor } from '../../releases/approval';
import { approveCommand } from '../../releases/describe';
import {
  findTested,
  findVerdict,
  lastCutover,
  sameCandidate,
  type LedgerRecord,
  type TestedRecord,
  type VerdictRecord,
} from '../../releases/ledger';
import { evidenceCommand } from '../../releases/evidence';
import { edgeOf } from '../../clients/edge/edge';
import { digestsOf } from '../../releases/names';
import type { UpstreamState } from '../../releases/pass-key';
import type { Candidate, Gate, Verdict } from '../../releases/types';
import type { Platform } from '../../operations/platform';
import type { ServiceOutput } from '../show-services';
import { approvalStatus, type ApprovalStatus } from './approval';

/** A login, present only when secrets are asked for. */
interface LoginStatus {
  username?: string;
  password?: string;
  token?: string;
}

/** The platform as status prints it. */
export interface PlatformStatus {
  /** `username` and `password` are those of the account that pushes. */
  registry: { url: string; accounts?: RegistryLogins } & LoginStatus;
  /** `limits`: what it can't do, a sentence each. */
  gitHost: ({ kind: string; url: string; limits: string[] } & LoginStatus) | null;
  /** Null, as is the git host, where both are elsewhere: `ci` says of which kind. */
  drone: ({ url: string } & LoginStatus) | null;
  ci: CiName;
  repositories: Record<string, { cloneUrl: string | null } & LoginStatus>;
  /** What jobs of a CI server that is elsewhere run in, by digest. */
  deployImage: string | null;
}

/** One service of an environment as status prints it. */
export interface ServiceStatus {
  /** Where people reach it. */
  url: string;
  digest: string;
  /** The commit it was built from; empty when the image does not say. */
  revision: string;
  /** Its container runs and its health check passes, and so do its edge's. */
  healthy: boolean;
}

/** What a gate says of what its upstream has deployed. */
export interface GateStatus {
  verdict: Verdict | 'waiting';
  /** Digest by service; null while upstream has deployed nothing. */
  candidate: Record<string, string> | null;
  /** ISO 8601; null while waiting. */
  checkedAt: string | null;
  /** Where its evidence lies: the store, and the folder in it; null when no check ran, and when it is no longer kept. */
  evidence: string | null;
  /** What copies it to this machine and shows it; null when no check ran, and when it is no longer kept. */
  fetchEvidence: string | null;
  /** Whether its evidence is still there; null when no check ran. */
  evidenceKept: boolean | null;
  /** One sentence: why. */
  summary: string;
  /** What people have said of it; null where nobody is asked. */
  approval: ApprovalStatus | null;
}

const noEvidence = { evidence: null, fetchEvidence: null, evidenceKept: null };
const waitingStatus = { verdict: 'waiting', checkedAt: null, ...noEvidence } as const;

/** Why an environment does not run what was last asked of it, its gate aside. */
export interface SetbackStatus {
  what: Setback;
  /** Digest by service: what was taken back or never got healthy, or what somebody has gone back to. */
  candidate: Record<string, string>;
  /** ISO 8601. */
  at: string;
  by: string;
  /** One sentence; empty for a rollback. */
  summary: string;
  /** What shows its evidence; null of what has left none, and when it is no longer kept. */
  fetchEvidence: string | null;
  /** Whether its evidence is still there; null of what has left none. */
  evidenceKept: boolean | null;
}

/** Whether evidence is still there. @param evidence folder below the ledger's `evidence/` */
export type IsKept = (evidence: string) => boolean;

/** Why a ledger can't be read, and what to do. */
export interface LedgerProblem {
  problem: string;
  next: string;
}

/** An environment as status prints it. */
export interface EnvironmentStatus {
  services: Record<string, ServiceStatus>;
  /** Why its ledger can't be read, so that nothing here tells of it; null when it can. */
  ledger?: LedgerProblem | null;
  /** A version before this one has kept its ledger, and nothing here tells of that until the next `up` takes it over. @default false */
  formerLedger?: boolean;
  /** Services that it is to run and has had no release of, and those that wait for one of them. */
  withoutRelease?: string[];
  /** Digest by service of what is offered and has run here before: it is not taken by itself. Null for nothing. */
  older?: Record<string, string> | null;
  /** Services whose image runs here without a test: upstream serves another, or none. */
  untested?: string[];
  gate: GateStatus | null;
  /** Null when the last release stayed. */
  setback: SetbackStatus | null;
  /** When and by whom it was found running what its ledger did not know; null once another release has been deployed. */
  adopted: { at: string; by: string } | null;
}

/** The object that `status --json` prints. */
export interface Status {
  platform: PlatformStatus | null;
  environments: Record<string, EnvironmentStatus>;
}

/** What a platform's outputs say, logins only with `secrets`. */
export function platformStatus(platform: Platform, secrets: boolean): PlatformStatus {
  const git = secrets && platform.gitLogin !== null ? login(platform.gitLogin) : {};
  const { gitHost, drone, droneLogin, deployImage } = platform;
  return {
    registry: {
      url: platform.registry.url,
      ...(secrets ? { ...login(platform.registryLogins.push), accounts: platform.registryLogins } : {}),
    },
    gitHost: gitHost === null ? null : { kind: gitHost.kind, url: gitHost.url, limits: limitsOf(gitHost.kind), ...git },
    drone: drone === null ? null : { url: drone.url, ...(secrets && droneLogin !== null ? login(droneLogin) : {}) },
    ci: platform.ci ?? ciNames[0],
    repositories: Object.fromEntries(
      Object.entries(platform.repositories).map(([name, { cloneUrl }]) => [name, { cloneUrl, ...git }]),
    ),
    deployImage: deployImage ? `${deployImage.image}@${deployImage.digest}` : null,
  };
}

function login({ username, password, token }: LoginStatus): LoginStatus {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(token === undefined ? {} : { token }),
  };
}

/**
 * The services that an environment's outputs tell of.
 * @param edge what the names of the edges that they are behind begin with; empty for none
 * @param healthy whether a container of that name runs and is healthy
 */
export function servicesStatus(
  services: Readonly<Record<string, ServiceOutput>>,
  edge: string,
  healthy: (container: string) => boolean,
): Record<string, ServiceStatus> {
  return Object.fromEntries(
    Object.entries(services).map(([name, { url, digest, revision, container }]) => [
      name,
      {
        url,
        digest,
        revision,
        healthy:
          (edge === '' || url === '' || healthy(edgeOf(edge, name))) && container !== undefined && healthy(container),
      },
    ]),
  );
}

/**
 * What stands at an environment's gate: the newest verdict of the gate as configured now on what upstream has deployed.
 * @param o.offer upstream's deployed candidate, as far as the environment takes it
 */
export function gateStatus(o: {
  environment: string;
  offer: Candidate | undefined;
  gate: Gate;
  /** What the gate tests; @default whichever */
  upstream?: UpstreamState | undefined;
  records: readonly LedgerRecord[];
  /** Where its ledger is; undefined where nobody can tell, which has no records. */
  ledger: LedgerPlace | undefined;
  /** @default all of it is */
  isKept?: IsKept;
  now: Date;
}): GateStatus {
  if (o.offer === undefined) {
    const summary = 'nothing to test yet';
    return { ...waitingStatus, candidate: null, summary, approval: null };
  }
  const candidate = digestsOf(o.offer);
  const gate = gateFor(o.records, o.environment, o.offer, o.gate, o.upstream);
  const approval = approvalStatus({ ...o, gate, candidate: o.offer });
  const record = latestTest({ ...o, gate, offer: o.offer });
  if (record === undefined) {
    return { ...waitingStatus, candidate, summary: 'not tested yet', approval };
  }
  return {
    ...verdictWith(record, approval, approveCommand(o.environment, o.offer)),
    candidate,
    checkedAt: record.at,
    ...evidenceOf(o.ledger, record, o.isKept),
    approval,
  };
}

/**
 * The newest verdict on an offer against what upstream serves. Where the environment runs that offer already there is nothing to
 * test, so that an earlier one stands: whatever else upstream has taken since then is for others.
 */
function latestTest(o: {
  environment: string;
  offer: Candidate;
  gate: Gate;
  upstream?: UpstreamState | undefined;
  records: readonly LedgerRecord[];
}): VerdictRecord | TestedRecord | undefined {
  const { records, environment, offer, gate, upstream } = o;
  const against = (state: UpstreamState | undefined) =>
    findVerdict(records, environment, offer, gate, state) ?? findTested(records, environment, offer, gate, state);
  const last = lastCutover(records, environment);
  const runs = last !== undefined && sameCandidate(last.candidate, offer);
  return against(upstream) ?? (runs && upstream ? against({ name: upstream.name }) : undefined);
}

/** What checks and people say together. A pass of the checks alone is no pass of a gate that asks people. */
function verdictWith(
  record: VerdictRecord | TestedRecord,
  approval: ApprovalStatus | null,
  next: string,
): Pick<GateStatus, 'verdict' | 'summary'> {
  const checks = record.kind === 'tested' ? 'passed' : record.verdict;
  if (approval?.state === 'refused' && checks !== 'refused') return { verdict: 'refused', summary: approval.summary };
  if (approval === null || checks !== 'passed' || isPassOf(record)) return { verdict: checks, summary: record.summary };
  const people =
    approval.state === 'approved' ? `${approval.summary}; npm run up takes it` : `${approval.summary}; ${next}`;
  return { verdict: 'waiting', summary: `${record.summary}; ${people}` };
}

/** Whether a record is the pass of a gate that asks people, who have been asked. */
function isPassOf(record: VerdictRecord | TestedRecord): boolean {
  return record.kind === 'verdict' && record.gate.approval !== undefined;
}

/** What the ledger tells of an environment's last release. @param isKept whether evidence is still there; @default all of it is */
export function setbackStatus(
  records: readonly LedgerRecord[],
  environment: string,
  isKept: IsKept = () => true,
): SetbackStatus | null {
  const event = setbackOf(records, environment);
  if (event === undefined) return null;
  const { what, to, at, by, summary, evidence } = event;
  const evidenceKept = evidence === '' ? null : isKept(evidence);
  const fetchEvidence = evidenceKept === true ? evidenceCommand(environment, evidence) : null;
  return { what, candidate: to, at, by, summary, fetchEvidence, evidenceKept };
}

/** Whether what an environment runs was found running, and not deployed as its ledger tells. */
export function adoptedStatus(records: readonly LedgerRecord[], environment: string): EnvironmentStatus['adopted'] {
  const last = lastCutover(records, environment);
  return last?.kind === 'adopted' ? { at: last.at, by: last.by ?? '' } : null;
}

/** Where a verdict's evidence lies, and how it is seen. */
function evidenceOf(
  ledger: LedgerPlace | undefined,
  { environment, evidence }: { environment: string; evidence: string },
  isKept: IsKept = () => true,
): Pick<GateStatus, 'evidence' | 'fetchEvidence' | 'evidenceKept'> {
  if (evidence === '' || ledger === undefined) return noEvidence;
  if (!isKept(evidence)) return { ...noEvidence, evidenceKept: false };
  const fetchEvidence = evidenceCommand(environment, evidence);
  return { evidence: evidenceAt(ledger, evidence), fetchEvidence, evidenceKept: true };
}
