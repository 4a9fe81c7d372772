import { isAction, type ActionName, type ActionOutput } from '../../actions/contract';

/** What each action prints in tests that don't say otherwise. */
const samples: { [Name in ActionName]: ActionOutput<Name> } = {
  'activate-repository': { slug: 'shop/discounts' },
  'await-healthy': { container: 'c' },
  'build-image': { image: 'localhost:5500/frontend', digest: 'sha256:1', revision: 'c0ffee' },
  'check-registry': { host: 'registry.example.com' },
  'configure-edges': { reloaded: [] },
  'connect-drone': { token: 'token-1' },
  'create-repository': { cloneUrl: 'http://g/shop/discounts.git', webUrl: 'http://g/shop/discounts' },
  cutover: { candidate: {}, containers: {} },
  gate: { candidateKey: 'c', gateHash: 'g', promoted: {} },
  'import-ledger': { environments: [] },
  'install-git-host': { database: '2026-01-01T00:00:00Z' },
  'limit-processes': { containers: [] },
  'move-channel': {},
  'own-volume': { volume: 'v' },
  'prepare-edges': { stopped: [] },
  'publish-image': { image: 'localhost:5500/tools', tag: 'c0ffee', digest: 'sha256:1' },
  'record-deployment': { candidate: {}, containers: {} },
  'register-application': { clientId: 'id-1', clientSecret: 'secret-1' },
  'report-refusal': {},
  'require-pass': { letIn: {} },
  'seed-repository': { commit: null },
  trial: { candidateKey: 'c', checksHash: 'h' },
};

/** What the action of a command prints: a sample, and over it what a test says. @param create the command */
export function printedBy(create: unknown, said: object = {}): object {
  const name = String(create).replace(/^node actions\/run\.cjs /, '');
  return { ...(isAction(name) ? samples[name] : {}), ...said };
}
