import fc from 'fast-check';
import type { Project } from './project';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).filter((word) => !word.startsWith('xn--'));
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);

/** What a service is besides its image and port. */
const settings = fc.record(
  {
    containerPort: fc.integer({ min: 1, max: 65535 }),
    env: fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_.]{0,8}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    memory: fc.integer({ min: 16, max: 4096 }),
    cpus: fc.constantFrom('0.5', '2'),
    health: fc.record(
      { test: fc.constant(['CMD', 'true']), retries: fc.integer({ min: 1, max: 9 }) },
      { requiredKeys: ['test'] },
    ),
    healthySeconds: fc.integer({ min: 1, max: 3600 }),
    readOnly: fc.boolean(),
    strategy: fc.constantFrom('start-first', 'recreate'),
  },
  { requiredKeys: [] },
);

const check = (services: readonly string[]) =>
  fc.oneof(
    fc.record({ type: fc.constant('command'), command: fc.array(fc.constantFrom('true', 'a b'), { minLength: 1 }) }),
    fc.record(
      {
        type: fc.constant('http'),
        service: fc.constantFrom(...services),
        path: fc.constantFrom('/', '/health?x=1'),
        status: fc.integer({ min: 100, max: 599 }),
        timeLimitSeconds: fc.integer({ min: 1, max: 3600 }),
      },
      { requiredKeys: ['type', 'service', 'path'] },
    ),
    fc.record({ type: fc.constant('browser'), scenario: fc.constant('checks/scenarios/storedog.ts') }),
    fc.record({
      type: fc.constant('prometheus'),
      url: fc.constantFrom('http://prometheus:9090', 'https://metrics.invalid/prometheus'),
      query: fc.constant('sum(rate(errors[5m]))'),
      max: fc.integer(),
    }),
  );

/** How an environment looks after its releases. */
const releases = (services: readonly string[]) =>
  fc.record(
    {
      watch: fc.record(
        {
          seconds: fc.integer({ min: 0, max: 3600 }),
          minRequests: fc.integer({ min: 1, max: 1000 }),
          tooLittle: fc.constantFrom('probe', 'pass', 'refuse'),
          probePath: fc.constantFrom('/', '/health'),
          maxErrorRate: fc.double({ min: 0, max: 1, noNaN: true }),
          maxLatencyMs: fc.integer({ min: 1, max: 60_000 }),
          maxLatencyFactor: fc.integer({ min: 1, max: 100 }),
          checks: check(services).map((one) => [{ name: 'w', ...one }]),
        },
        { requiredKeys: [] },
      ),
      drainSeconds: fc.integer({ min: 0, max: 3600 }),
      retain: fc.integer({ min: 1, max: 1000 }),
      retainEvidence: fc.record(
        { runs: fc.integer({ min: 1, max: 100_000 }), days: fc.integer({ min: 1, max: 36_500 }) },
        { requiredKeys: [] },
      ),
      untested: fc.constant([]),
      approvalExpiresHours: fc.integer({ min: 1, max: 8760 }),
    },
    { requiredKeys: [] },
  );

/** What a platform says of its parts. */
const parts = fc.record(
  {
    gitHost: fc.constantFrom('auto', 'gogs', 'gitea'),
    droneCapacity: fc.integer({ min: 1, max: 64 }),
    engineSocket: fc.constantFrom('/var/run/docker.sock', '/run/user/1000/docker.sock'),
    imageMirror: fc.constantFrom('', 'mirror.example.com/dockerhub'),
    store: fc.constantFrom('', 's3://bucket/shop'),
  },
  { requiredKeys: [] },
);

interface Shape {
  environments: string[];
  services: string[];
  /** What feeds each service: a repository, a build or a foreign image. */
  sources: ('repository' | 'build' | 'image')[];
}

const shape: fc.Arbitrary<Shape> = fc.record({
  environments: fc.uniqueArray(
    name.filter((each) => each !== 'platform'),
    { minLength: 1, maxLength: 4 },
  ),
  services: fc.uniqueArray(fc.oneof(name, fc.constantFrom('constructor', 'network', 'cutover')), {
    minLength: 1,
    maxLength: 4,
  }),
  sources: fc.array(fc.constantFrom('repository', 'build', 'image'), { minLength: 4, maxLength: 4 }),
});

/** Projects that are right: a platform, and a tree of environments that promote from each other. */
export const rightProject: fc.Arbitrary<Project> = shape.chain(({ environments, services, sources }) => {
  const from = (kind: Shape['sources'][number]): string[] => services.filter((_, index) => sources[index] === kind);
  const folder = { source: 'storedog/discounts' };
  const platform = {
    role: 'platform',
    cleartext: 'accepted',
    repositories: Object.fromEntries(from('repository').map((each) => [each, folder])),
    builds: Object.fromEntries(from('build').map((each) => [each, folder])),
  };
  const environment = (index: number) =>
    fc
      .record({
        services: fc.tuple(...services.map(() => settings)),
        image: digest,
        upstream: fc.integer({ min: -1, max: index - 1 }),
        gate: fc.array(check(services), { maxLength: 3 }),
        kept: releases(services),
      })
      .map(({ services: each, image, upstream, gate, kept }) => ({
        ...kept,
        services: Object.fromEntries(
          services.map((service, place) => {
            const kind = sources[place] ?? 'image';
            const source = { [kind]: kind === 'image' ? `nowhere.invalid/${service}@${image}` : service };
            return [service, { ...source, port: 20_000 + index * 10 + place, ...each[place] }];
          }),
        ),
        ...(upstream < 0
          ? {}
          : { promotesFrom: environments[upstream], gate: gate.map((one, at) => ({ name: `c${at}`, ...one })) }),
      }));
  return fc.tuple(parts, ...environments.map((_, index) => environment(index))).map(([own, ...all]): Project => ({
    platform: { ...own, ...platform },
    ...Object.fromEntries(environments.map((each, index) => [each, all[index] ?? {}])),
  }));
});

/** A place in nested values: which entry to go into at each depth. */
type Steps = readonly number[];

/** One thing that goes wrong in somebody's editor. */
type Slip =
  | { kind: 'drop' }
  | { kind: 'rename'; to: string }
  | { kind: 'replace'; value: unknown }
  | { kind: 'add'; key: string; value: unknown };

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    '',
    'platform',
    'staging',
    -1,
    0,
    3000,
    3080,
    5500,
    20_000,
    70_000,
    1.5,
    true,
    null,
    '0.0.0.0',
    '__proto__',
    'constructor',
  ),
);
const key = fc.oneof(
  fc.constant('edge'),

  fc.string({ maxLength: 8 }),
  fc.constantFrom('prot', 'imgae', 'promoteFrom', 'gates', 'wacth', 'second', '__proto__', 'port', 'service'),
);
const slip: fc.Arbitrary<Slip> = fc.oneof(
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('rename' as const), to: key }),
  fc.record({ kind: fc.constant('replace' as const), value: anything }),
  fc.record({ kind: fc.constant('add' as const), key, value: anything }),
);

/** Right projects with one to three slips somewhere; some still are right. */
export const slippedProject: fc.Arbitrary<Project> = fc
  .tuple(
    rightProject,
    fc.array(fc.tuple(fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }), slip), { minLength: 1, maxLength: 3 }),
  )
  .map(([project, slips]) => slips.reduce((all, [steps, one]) => changed(all, [steps, one]) as Project, project));

function changed(value: unknown, [steps, one]: [Steps, Slip]): unknown {
  const [first = 0, ...rest] = steps;
  if (typeof value !== 'object' || value === null) return one.kind === 'replace' ? one.value : value;
  const entries: [string, unknown][] = Object.entries(value);
  if (one.kind === 'add' && rest.length === 0) return rebuilt(value, [...entries, [one.key, one.value]]);
  const index = first % Math.max(entries.length, 1);
  const result = entries.flatMap(([name, each], at): [string, unknown][] => {
    if (at !== index) return [[name, each]];
    if (rest.length > 0) return [[name, changed(each, [rest, one])]];
    if (one.kind === 'drop') return [];
    if (one.kind === 'rename') return [[one.to, each]];
    return [[name, one.kind === 'replace' ? one.value : each]];
  });
  return rebuilt(value, result);
}

function rebuilt(like: object, entries: readonly [string, unknown][]): unknown {
  return Array.isArray(like) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}
