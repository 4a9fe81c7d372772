import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation';
import { projectRoot } from '../../base/paths';
import { ComposeProject } from '../../components/compose-project';
import type { LedgerRecord } from '../../releases/ledger';
import { digestsOf } from '../../releases/names';
import type { Candidate } from '../../releases/types';
import { startSshServer, type SshServer } from '../clients/ssh/ssh-server';
import { installPlugins } from '../plugins/engine/install-plugins';
import { adopted, candidate, gate, releasesOf, rollback, verdict } from '../releases/fixtures';
import { StoreHome } from '../targets/store-home';

const [a, b, c, d, g] = [candidate('a'), candidate('b'), candidate('c'), candidate('d'), gate('/')];

/** What a machine's shell does here: it reads a deployment's script to its end, and prints what that prints of the image in it. */
const shell = `#!/bin/sh
digest=$(grep -o 'sha256:[0-9a-f]*' | head -n 1)
printf '{"services":{"discounts":{"digest":"%s","image":"i","container":"c"}}}' "$digest"
`;

/** As far as Pulumi's exported state is looked at. */
interface Exported {
  resources: { urn: string; inputs: Record<string, unknown>; outputs: Record<string, unknown> }[];
}

/**
 * Through Pulumi, with a machine in this process whose shell does nothing. What a deployment does on a real one is tried in
 * test/targets/compose-deploy.engine.test.ts.
 */
describe('a compose project behind a gate, through Pulumi', function () {
  this.timeout(600_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-test-project-'));
  const home = new StoreHome();
  const settings = {
    PULUMI_HOME: path.join(folder, 'home'),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: 'x',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };
  /** What is to be deployed next, and when it was asked for. */
  let asked: { of: Candidate; at: string; gated: boolean } = { of: a, at: '2026-01-01T00:00:00.000Z', gated: false };
  let machine: SshServer;
  let stack: Stack;

  before(async () => {
    home.make();
    process.env['PULUMI_BACKEND_URL'] = settings.PULUMI_BACKEND_URL;
    const program = path.join(folder, 'shell');
    writeFileSync(program, shell, { mode: 0o755 });
    machine = await startSshServer(program);
    await installPlugins(settings);
    const workDir = path.join(folder, 'stage');
    mkdirSync(workDir);
    symlinkSync(path.join(projectRoot, 'actions'), path.join(workDir, 'actions'));
    stack = await LocalWorkspace.createOrSelectStack(
      { stackName: 'stage', projectName: 'sluice', program: declare },
      { envVars: settings, workDir },
    );
  });

  after(async () => {
    await machine.stop();
    home.restore();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The images are those which a gate has printed, as the state says. */
  function declare(): Promise<void> {
    const { of, at, gated } = asked;
    new ComposeProject('stage', {
      environment: 'stage',
      place: { ssh: { ...machine.place, password: machine.password }, folder: '/shop' },
      ledger: home.access,
      text: 'services:\n  discounts:\n    image: shop\n',
      file: { project: 'stage', lines: [] },
      candidate: of,
      gated,
      services: Object.keys(of),
      releases: releasesOf(of),
      image: (service) => `localhost:5500/${service}@${of[service]?.digest ?? ''}`,
      healthySeconds: {},
      registry: { host: 'localhost:5500', username: '', password: '' },
      at,
    });
    return Promise.resolve();
  }

  /** How often the machine was told to deploy. */
  const told = (): number => machine.commands.length;
  const put = (record: LedgerRecord) => home.put('stage', { ...record, environment: 'stage' });

  async function assertRefused(of: Candidate): Promise<void> {
    const [before, records] = [told(), await home.records('stage')];
    await assert.rejects(stack.up(), (error: unknown) => {
      const digest = digestsOf(of)['discounts']?.slice(0, 19) ?? '';
      assert.match(
        String(error),
        new RegExp(`the ledger of stage has no pass of discounts ${digest} .*, so nothing is switched to it`),
      );
      return true;
    });
    assert.equal(told(), before, 'the machine was told something');
    assert.deepEqual(await home.records('stage'), records);
  }

  it('gets the question from a version that did not ask, and is not deployed anew', async () => {
    await stack.up();
    assert.equal(told(), 1);
    asked = { ...asked, gated: true };
    const { create, update } = (await stack.up()).summary.resourceChanges ?? {};
    assert.deepEqual([create, update], [2, undefined], 'the action, and what groups it');
    assert.equal(told(), 1);
  });

  it('changes nothing the second time', async () => {
    await stack.up({ expectNoChanges: true });
    assert.equal(told(), 1);
  });

  it('ForgedGateOutput: deploys nothing that the ledger does not know, whatever the state says that the gate has printed', async () => {
    asked = { ...asked, of: b, at: '2026-01-02T00:00:00.000Z' };
    await assertRefused(b);
  });

  it('ForgedAnswer: asks all the same where somebody has written the answer into the state as well', async () => {
    const exported = await stack.exportStack();
    const { resources } = exported.deployment as Exported;
    const answer = resources.find(({ urn }) => urn.endsWith('Command::require-pass'));
    assert.ok(answer !== undefined);
    const images = { discounts: `localhost:5500/discounts@${b['discounts']?.digest ?? ''}` };
    const triggers = [JSON.stringify({ environment: 'stage', candidate: b, images, at: asked.at })];
    answer.inputs['triggers'] = triggers;
    answer.outputs['triggers'] = triggers;
    answer.outputs['stdout'] = JSON.stringify({ letIn: digestsOf(b) });
    await stack.importStack(exported);
    await assertRefused(b);
  });

  for (const [what, of, record] of [
    ['a pass', b, verdict(b, g, 'passed')],
    ['an adoption', c, adopted(c)],
    ['a rollback', d, rollback(d, a)],
    ['that it has served', a, undefined],
  ] as const) {
    it(`deploys what the ledger lets in, once: ${what}`, async () => {
      asked = { ...asked, of, at: `2026-01-03T00:00:00.00${told()}Z` };
      if (record !== undefined) {
        await assertRefused(of);
        await put(record);
      }
      const before = told();
      await stack.up();
      assert.equal(told(), before + 1);
      assert.deepEqual((await home.records('stage')).at(-1)?.candidate, of);
      await stack.up({ expectNoChanges: true });
      assert.equal(told(), before + 1);
    });
  }
});
