import type { ChildUser } from './child-user';
import type { CheckRequest } from './contract';
import type { RequestWith } from './protocol';
import type { Evidence } from './evidence';
import type { Steps } from './steps';

/** What the code of a check works with. */
export interface CheckContext<Request extends RequestWith<string, unknown> = CheckRequest> {
  request: Request;
  steps: Steps;
  evidence: Evidence;
  /** Aborted when the time limit is over; the check has a moment left to save what it has. */
  signal: AbortSignal;
  /** Who a program of others that the check starts runs as. @default whoever runs the check */
  user?: ChildUser;
}

/** The code of a check: it runs steps, and throws to end early. What the steps say is the verdict. */
export type CheckCode<Request extends RequestWith<string, unknown>> = (context: CheckContext<Request>) => Promise<void>;
