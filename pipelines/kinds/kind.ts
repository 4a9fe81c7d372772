import type { ExternalPipeline } from '../external';

/** A kind of CI server: a file beside this one and its line in index.ts. */
export interface CiKind {
  /** As people call it. */
  title: string;
  /** The job of such a server that this process is; undefined where it is none. What it says is a claim, and proves nobody's word. */
  jobIn: (environment: NodeJS.ProcessEnv) => CiJob | undefined;
  /**
   * Who has asked for this job, proved by the server itself; undefined where nobody in particular has. Absent of a kind that proves
   * nobody's word.
   * @throws UserError when the server does not prove it
   */
  whoAsked?: (question: ProofQuestion) => Promise<ProvedPerson | undefined>;
  /**
   * Who has let this job's run deploy to an environment, where the server has people review that; undefined where nobody has.
   * @throws UserError when the server does not tell
   */
  reviewOf?: (question: ProofQuestion) => Promise<Review | undefined>;
  /** Absent of the platform's own server, whose pipelines come from the platform. */
  external?: ExternalServer;
}

/** What a job says of itself by its environment. */
export interface CiJob {
  /** Repository and run, for the ledger: `shop/discounts 77`. */
  name: string;
  /** The folder with the pushed code; absent where the server does not say. */
  workspace?: string;
  /** The pushed commit that it runs for; absent where the server does not say. */
  commit?: string;
  /** Its container goes after it, and with it what lies there: state and passphrase have to come from elsewhere. */
  isPassing: boolean;
}

/** What the platform's configuration says of the CI server and of what it delivers. No variable of a job has a say in it. */
export interface CiPlace {
  /** `sluice:prefix` */
  prefix: string;
  /** `sluice:ciUrl`; empty: where most people have such a server. */
  ciUrl: string;
  /** `sluice:repositories`, by name */
  repositories: Readonly<Record<string, { project?: string | undefined; branch: string }>>;
}

/** What a proof is made of: the job's variables say which job it is, the platform's configuration says whom to ask about it. */
export interface ProofQuestion {
  /** The job's variables. */
  job: NodeJS.ProcessEnv;
  /** The environment that is to be approved for. */
  environment: string;
  /** The repositories that its services come from. */
  repositories: readonly string[];
  platform: CiPlace;
  /** Of the platform's own server: addresses, of which one answers from here, and the token of an account that sees everything. */
  drone?: { urls: readonly string[]; token: string };
}

/** A proved person. */
export interface ProvedPerson {
  /** The login, without a realm. */
  person: string;
  /** The commit that the person has asked for, where the server says; nothing else is approved then. */
  commit?: string;
}

/** A person's word about a deployment, given at the CI server. */
export interface Review {
  person: string;
  /** What that person has written; may be empty. */
  comment: string;
}

/** Of a CI server that is not the platform's own: a file in the repository describes what it runs. */
export interface ExternalServer {
  /** The file's place in the repository. */
  file: string;
  /** The page that tells of it. */
  docs: string;
  /** The variables that `jobIn` reads: a job's program is given these and what it needs besides. */
  jobVariables: readonly string[];
  /** Where people set what stack files name by `$NAME`. */
  variables: string;
  /** What people set there so that nobody approves what he has pushed himself. */
  fourEyes: string;
  /** What a stack file says of the registry that most teams have beside such a server. */
  example: { registryHost: string; registryPassword: string; passwordIsSet: string };
  /** The file's text. */
  print: (description: ExternalPipeline) => Promise<string>;
}
