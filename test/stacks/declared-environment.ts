import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { parseConfig, type EnvironmentConfig } from '../../config';
import { declareEnvironment, type EnvironmentSurroundings } from '../../stacks/environment';
import type { LedgerRecord } from '../../releases/ledger';
import type { KnownHead } from '../../store/ledger/entry';
import type { LedgerPlace } from '../../targets/place';
import type { Candidate } from '../../releases/types';
import { asRead } from '../releases/part';
import type { ActionInput } from '../../actions/contract';
import { command, record, valueOf, type Recorder } from '../components/mocks';
import { stdinOf } from '../components/platform-args';
import { access } from '../targets/store-home';

export const digest = (character: string): string => `sha256:${character.repeat(64)}`;
const platform = {
  instance: 'sluice',
  bind: '127.0.0.1',
  registry: { address: 'localhost:5500', url: 'http://localhost:5500', stepsUrl: 'http://sluice-gateway:5000' },
  registryLogins: {
    pull: { username: 'sluice-pull', password: 'x' },
    push: { username: 'sluice-push', password: 'y' },
    delete: { username: 'sluice-delete', password: 'z' },
  },
  images: { frontend: { image: 'localhost:5500/frontend', digest: digest('f'), revision: 'content' } },
  toolImages: { edge: 'edge:1', tools: 'tools:1' },
  ledgers: access,
};
/** JSON of two services, one from a build and one from a repository. */
export const services =
  '{"frontend":{"build":"frontend","port":1},"discounts":{"repository":"discounts","port":2,"env":{"A":"1"}}}';

/** What the platform has built, as part of a candidate. */
export const built: Candidate = {
  frontend: { service: 'frontend', image: 'localhost:5500/frontend', digest: digest('f'), revision: 'content' },
};

/** What a stack publishes of its services. */
export const published = (of: Candidate) =>
  Object.fromEntries(
    Object.values(of).map(({ service, ...release }) => [service, { url: '', container: service, ...release }]),
  );

/** Config of an environment, with two services unless told. */
export function config(values: Record<string, string> = {}): EnvironmentConfig {
  const parsed = parseConfig('production', {
    role: 'environment',
    platform: 'platform',
    bind: '',
    promotesFrom: '',
    channel: '',
    services,
    gate: '[]',
    ...values,
  });
  assert.ok(parsed.role === 'environment');
  return parsed;
}

const registry: EnvironmentSurroundings['registry'] = () => ({
  // What begins with "new" has not been pushed yet.
  find: (repository, reference) =>
    Promise.resolve(
      repository.startsWith('new') ? undefined : { digest: digest(reference.slice(0, 1)), mediaType: '', size: 1 },
    ),
  labels: () =>
    Promise.resolve({ 'org.opencontainers.image.revision': 'c0ffee', 'sluice.commit.message': 'A discount' }),
});

/** Declares an environment over a platform and an upstream environment that answer with these outputs. */
export async function declare(o: {
  name: string;
  config: EnvironmentConfig;
  records?: LedgerRecord[];
  /** What others record after they were read. */
  meanwhile?: LedgerRecord[];
  /** What the edge serves. @default nothing */
  serving?: Awaited<ReturnType<EnvironmentSurroundings['serving']>> | Error;
  /** What the stack's own state says that it has deployed. */
  deployed?: Candidate;
  preview?: boolean;
  /** What upstream has deployed, beside what the platform has built. */
  upstream?: Candidate | null;
  /** All that upstream serves. @default what it has deployed, and what the platform has built */
  upstreamServes?: Candidate;
  /** What the stack's own state says that it runs. */
  runs?: Candidate;
  promoted?: Record<string, string>;
  /** Something that it was last switched to does not run. @default false */
  repair?: boolean;
  /** What the cutover prints as its candidate. */
  cutOver?: Candidate;
  /** The end of its ledger that its state knows. */
  ledgerHead?: KnownHead | null | undefined;
  /** What gate and cutover print as the ledger's end. @default nothing */
  heads?: Partial<Record<'promotion' | 'cutover', KnownHead | undefined>>;
}) {
  const recorder = await record({
    stack: o.name,
    preview: o.preview ?? false,
    stdout: {
      promotion: { promoted: { frontend: digest('f'), ...o.promoted }, head: o.heads?.promotion },
      cutover: { candidate: o.cutOver ?? {}, containers: { discounts: 'c' }, head: o.heads?.cutover },
    },
    references: {
      'organization/sluice/platform': platform,
      'organization/sluice/staging':
        o.upstream === undefined || o.upstream === null
          ? { deployed: null }
          : {
              deployed: { candidate: o.upstream },
              services: published(o.upstreamServes ?? { ...o.upstream, ...built }),
            },
      ...(o.deployed === undefined && o.runs === undefined && o.ledgerHead === undefined
        ? {}
        : {
            [`organization/sluice/${o.name}`]: {
              deployed: o.deployed && { candidate: o.deployed },
              services: o.runs && published(o.runs),
              ledgerHead: o.ledgerHead,
            },
          }),
    },
  });
  const appended: LedgerRecord[] = [];
  const places: LedgerPlace[] = [];
  let read = 0;
  const outputs = await declareEnvironment(o.name, o.config, {
    records: (place, subject) => {
      places.push(place);
      const all = [...(o.records ?? []), ...(read++ === 0 ? [] : (o.meanwhile ?? []))];
      const own = all.filter(({ environment }) => environment === o.name);
      return Promise.resolve(asRead(own, subject));
    },
    append: (_, entry) => Promise.resolve(void appended.push(entry)),
    failures: () => Promise.reject(new Error('there is no machine')),
    serving: () => (o.serving instanceof Error ? Promise.reject(o.serving) : Promise.resolve(o.serving ?? {})),
    registry,
    files: () => [],
    project: () => Promise.reject(new Error('there is none')),
    mark: () => Promise.reject(new Error('there is none')),
    repair: () => o.repair ?? false,
  });
  // Resources are registered behind the program's back: what depends on all of them is known last.
  if (pulumi.Output.isInstance(outputs['services'])) await valueOf(outputs['services']);
  await pulumi.runtime.disconnect();
  return { recorder, outputs, appended, places };
}

/** What the cutover is asked. */
export function cutoverInput(recorder: Recorder): ActionInput<'cutover'> {
  return stdinOf(recorder.inputs(command, 'cutover')) as unknown as ActionInput<'cutover'>;
}

/** Production, behind a gate with one check. */
export const gated = () =>
  config({ promotesFrom: 'staging', gate: '[{"name":"shop","type":"http","service":"discounts","path":"/"}]' });
/** That gate. */
export const gateOf = () => gated().gate;
