/** One image of one service, named by its digest. */
export interface Release {
  /** The service's name in the environments' configuration. */
  service: string;
  /** Image repository without tag or digest, as the engine pulls it: `localhost:5500/discounts`. */
  image: string;
  /** `sha256:…`, what the registry answers to HEAD. */
  digest: string;
  /** The commit that it was built from (label org.opencontainers.image.revision), empty when the image does not say. */
  revision: string;
  /** The first line of that commit's message, when the image says. */
  message?: string;
  /** The registry tag that it was built under, when the image says (label sluice.tag). */
  tag?: string;
}

/** What an environment is asked to take next: one release per managed service, by service name. */
export type Candidate = Readonly<Record<string, Release>>;

/** The types of check, by the words that config has for them (checks/types has what each can be told). */
export type CheckTypeName = 'browser' | 'http' | 'command' | 'prometheus' | 'datadog';

/** One test of what an environment serves. */
export interface CheckSpec {
  name: string;
  type: CheckTypeName;
  /** The check type's own settings; a browser check's scenario is here as source text, so that it is part of the gate. */
  settings: Record<string, unknown>;
  /** Seconds after which the check counts as "could not tell". */
  timeLimitSeconds: number;
}

/** That a person has to let a candidate in, and whose word counts. */
export interface ApprovalRule {
  /** How many hours an approval holds that has not been used. It is written into each approval when it is given. */
  expiresHours: number;
  /** Those whose approval counts, by full names (`drone:ann`); empty: everybody's who is able to give one. */
  approvers: string[];
  /** Nobody approves what he has pushed himself. */
  fourEyes?: true;
}

/** What a candidate must pass upstream before an environment takes it. */
export interface Gate {
  checks: CheckSpec[];
  /** Absent: nobody is asked. */
  approval?: ApprovalRule;
}

/** What a gate says of a candidate. Only `passed` opens it. */
export type Verdict = 'passed' | 'refused' | 'unknown';

/** A shorter, stable reason for a verdict, one per check. */
export interface CheckSummary {
  name: string;
  verdict: Verdict;
  summary: string;
}
