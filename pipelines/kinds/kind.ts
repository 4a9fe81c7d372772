import type { ElsewhereDescription } from '../elsewhere';

/** A kind of CI server: a file beside this one and its line in index.ts. */
export interface CiKind {
  /** As people call it. */
  title: string;
  /** The job of such a server that this process is; undefined where it is none. */
  jobIn: (environment: NodeJS.ProcessEnv) => CiJob | undefined;
  /** Absent of the platform's own server, whose pipelines come from the platform. */
  elsewhere?: Elsewhere;
}

/** What a job knows of itself by its environment. */
export interface CiJob {
  /** Repository and run, for the ledger: `shop/discounts 77`. */
  name: string;
  /** The folder with the pushed code; absent where the server does not say. */
  workspace?: string;
  /** The pushed commit that it runs for; absent where the server does not say. */
  commit?: string;
  /** Its container goes after it, and with it what lies there: state and passphrase have to come from elsewhere. */
  isPassing: boolean;
  /** Who has started it by hand; absent where nobody in particular has. */
  person?: string;
  /** Who has let it deploy to an environment, where the server has people review that; undefined where nobody has. */
  reviewOf?: (environment: string) => Promise<Review | undefined>;
}

/** A person's word about a deployment, given at the CI server. */
export interface Review {
  person: string;
  /** What that person has written; may be empty. */
  comment: string;
}

/** Of a CI server that is not the platform's own: a file in the repository describes what it runs. */
export interface Elsewhere {
  /** The file's place in the repository. */
  file: string;
  /** The page that tells of it. */
  docs: string;
  /** Where people set what stack files name by `$NAME`. */
  variables: string;
  /** What a stack file says of the registry that most teams have beside such a server. */
  example: { registryHost: string; registryPassword: string; passwordIsSet: string };
  /** The file's text. */
  print: (description: ElsewhereDescription) => Promise<string>;
}
