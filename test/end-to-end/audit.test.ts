import * as assert from 'node:assert/strict';
import { createArguments } from '../../checks/container';
import { docker } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import type { Report } from '../../audit/judge';
import { platformContainer } from './engine';
import { prefix } from './isolate';
import { theWorld, type World } from './world';

describe('the audit', function () {
  this.timeout(5 * 60_000);
  let world: World;
  const made: string[] = [];
  before(async () => {
    world = await theWorld();
  });
  afterEach(async () => {
    for (const name of made.splice(0)) await docker(['rm', '--force', '--volumes', name]);
  });

  /** Makes a container of ours that is never started; taken away after the test. */
  async function make(name: string, args: readonly string[]): Promise<void> {
    made.push(name);
    await docker(args);
  }

  async function audit(): Promise<{ code: number; report: Report }> {
    const { code, stdout, all } = await world.run('audit', '--json');
    const [report] = JSON.parse(stdout) as Report[];
    assert.ok(report !== undefined, all);
    return { code, report };
  }

  it('./sluice audit finds nothing but written deviations, in any container, check containers included', async () => {
    const name = `${prefix}-check-audited`;
    const check = { name: 'audited', type: 'command', environment: 'staging', candidate: {}, urls: {} } as const;
    await make(
      name,
      createArguments(name, {
        check: { ...check, settings: { command: ['true'] }, timeLimitSeconds: 10 },
        image: (await platformContainer('pipelines')).Config.Image,
        network: `${prefix}-staging`,
        instance: prefix,
        evidencePath: 'audited',
        log: () => undefined,
      }),
    );
    const { code, report } = await audit();
    assert.deepEqual(report.findings, []);
    assert.deepEqual(report.stale, []);
    assert.equal(code, 0);
    const ours = (await docker(['ps', '--all', '--quiet', '--filter', `label=${labels.instance}=${prefix}`])).stdout;
    assert.equal(report.looked.containers, ours.trim().split('\n').length);
    assert.ok(report.looked.containers >= 12 && report.looked.images >= 8 && report.looked.dockerfiles >= 10);
  });

  it('reports a container that somebody made with what is forbidden, each by its check', async () => {
    const name = `${prefix}-forbidden`;
    const { Image } = await platformContainer('drone-front');
    await make(name, [
      ...['create', '--name', name, '--label', `${labels.instance}=${prefix}`, '--label', `${labels.role}=edge`],
      ...['--privileged', '--network', 'host', '--pid', 'host', '--restart', 'always', '--user', '0'],
      ...['--volume', '/var/run/docker.sock:/var/run/docker.sock', '--volume', '/etc:/host-etc'],
      ...['--cap-add', 'SYS_ADMIN', '--security-opt', 'seccomp=unconfined', '--no-healthcheck', Image],
    ]);
    const { code, report } = await audit();
    assert.equal(code, 1);
    assert.deepEqual(
      [...new Set(report.findings.map(({ check, subject }) => `${subject} ${check}`))],
      [
        ...[
          '4.1',
          '5.4',
          '5.5',
          '5.6',
          '5.10',
          '5.11',
          '5.12',
          '5.13',
          '5.16',
          '5.19',
          '5.22',
          '5.26',
          '5.27',
          '5.29',
          '5.32',
        ],
      ].map((check) => `${name} ${check}`),
    );
  });
});
