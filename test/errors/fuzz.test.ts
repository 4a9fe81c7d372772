import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseRequest } from '../../checks/contract';
import { UserError } from '../../base/errors';
import { isEnvironment, upstreamOf, type StackFile } from '../../config/stack';
import { portsOf, collide } from '../../config/rules/ports';
import { rightProject, slippedProject } from './arbitrary-project';
import { filesOf, parseFiles, parseProject } from './project';

/** What a plan has to be, whatever the files say. */
function assertPlan(stacks: readonly StackFile[]): void {
  const names = stacks.map(({ name }) => name);
  const environments = stacks.filter(isEnvironment);
  for (const stack of environments) {
    const { config, name } = stack;
    const upstream = upstreamOf(stack);
    for (const before of [config.platform, ...(upstream === undefined ? [] : [upstream])]) {
      assert.ok(
        names.indexOf(before) !== -1 && names.indexOf(before) < names.indexOf(name),
        `${name} before ${before}`,
      );
    }
    for (const service of Object.values(config.services)) {
      const sources = [service.repository, service.build, service.image].filter((each) => each !== undefined);
      assert.equal(sources.length, 1);
      assert.ok(Object.values(service.env).every((value) => typeof value === 'string'));
    }
    assert.ok(upstream !== undefined || config.gate.checks.length === 0, 'a gate in front of nothing');
    const tested = environments.find(({ name: other }) => other === upstream);
    for (const check of config.gate.checks) assertRunnable(check, tested);
    for (const check of config.watch.checks) assertRunnable(check, stack);
    assert.ok(config.watch.seconds >= 0 && config.watch.minRequests > 0 && config.retain > 0);
  }
  const ports = stacks.flatMap((stack) => portsOf(stack, stacks));
  for (const [index, port] of ports.entries()) {
    assert.ok(Number.isInteger(port.port) && port.port > 0 && port.port < 65536);
    assert.ok(!ports.slice(index + 1).some((other) => collide(port, other)), `port ${port.port} twice`);
  }
}

/** What runs a check takes what the config gives it: no gate stays shut for words that config could have refused. */
function assertRunnable(
  check: { name: string; type: string; settings: unknown; timeLimitSeconds: number },
  upstream?: StackFile,
): void {
  const services = upstream !== undefined && isEnvironment(upstream) ? Object.keys(upstream.config.services) : [];
  const urls = Object.fromEntries(services.map((service) => [service, `http://${service}`]));
  parseRequest({ ...check, environment: 'upstream', candidate: {}, urls, evidence: '/tmp/evidence' });
}

/** A plan that holds, or one clear error that names a file and, where the file could be read, a key. @returns which */
function planOrError(files: Record<string, string>): 'plan' | 'error' {
  let stacks: StackFile[];
  try {
    stacks = parseFiles(files);
  } catch (error) {
    assert.ok(error instanceof UserError, error instanceof Error ? error.stack : String(error));
    const said = error.toString();
    assert.match(said, /Pulumi\.[\w-]+\.yaml/);
    assert.ok(/sluice:|is no YAML|must hold keys and values|promote/.test(said), said);
    assert.doesNotMatch(said, /Invalid input|\[object|undefined|^\s+at /m);
    assert.notEqual(error.next ?? '', '');
    return 'error';
  }
  assertPlan(stacks);
  return 'plan';
}

describe('config that nobody has foreseen', function () {
  this.timeout(120_000);

  it('right projects of every shape are plans', () => {
    fc.assert(
      fc.property(rightProject, (project) => {
        const stacks = parseProject(project);
        assert.equal(stacks.length, Object.keys(project).length);
        assertPlan(stacks);
      }),
      { numRuns: 60 },
    );
  });

  it('slips in right projects end in a plan or in one clear error, and both come about', () => {
    const seen = { plan: 0, error: 0 };
    fc.assert(
      fc.property(slippedProject, (project) => {
        seen[planOrError(filesOf(project))] += 1;
      }),
      { numRuns: 300 },
    );
    assert.ok(seen.plan > 10 && seen.error > 100, JSON.stringify(seen));
  });

  it('so do slips of the finger in the text of a file', () => {
    const touch = fc.record({
      at: fc.nat(),
      remove: fc.nat(3),
      insert: fc.oneof(
        fc.string({ maxLength: 3 }),
        fc.constantFrom(':', '\n', '  ', '- ', '{', '"', '&a ', '*a', '!!set ', '<<: ', '\t', '---\n'),
      ),
    });
    fc.assert(
      fc.property(
        rightProject,
        fc.nat(),
        fc.array(touch, { minLength: 1, maxLength: 4 }),
        (project, which, touches) => {
          const files = filesOf(project);
          const stack = Object.keys(files)[which % Object.keys(files).length] ?? '';
          const text = touches.reduce((all, { at, remove, insert }) => {
            const place = at % (all.length + 1);
            return all.slice(0, place) + insert + all.slice(place + remove);
          }, files[stack] ?? '');
          planOrError({ ...files, [stack]: text });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('so does any text at all in place of a file', () => {
    fc.assert(
      fc.property(
        rightProject,
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify({ config: value })),
        ),
        (project, text) => {
          planOrError({ ...filesOf(project), [Object.keys(project)[1] ?? '']: text });
        },
      ),
      { numRuns: 300 },
    );
  });
});
