/** A secret that may stand in `docker inspect` of the containers of a role, and why. */
export interface Allowed {
  role: string;
  /** As the scan names it. */
  secret: string;
  reason: string;
}

/**
 * The one place that says which container may be told which secret by its environment. Everything else is given by files,
 * which `docker inspect` does not show, or not at all.
 */
export const allowed: readonly Allowed[] = [
  {
    role: 'registry-store',
    secret: 'registry-http-secret',
    reason: 'the registry signs the state of uploads with it and takes it by its environment',
  },
  { role: 'drone', secret: 'drone-rpc-secret', reason: 'runners sign in to the server by it' },
  { role: 'drone', secret: 'drone-database-secret', reason: 'the server encrypts secrets in its database with it' },
  { role: 'drone', secret: 'drone-cookie-secret', reason: 'the server signs sessions with it' },
  {
    role: 'drone',
    secret: 'drone-application clientSecret',
    reason: 'the server signs people in at the git host as this application',
  },
  { role: 'drone', secret: 'pipelines-secret', reason: 'the server signs its questions for pipelines with it' },
  { role: 'pipelines', secret: 'pipelines-secret', reason: 'the service checks the server’s signature with it' },
  { role: 'runner', secret: 'drone-rpc-secret', reason: 'the runner signs in to the server by it' },
];
