import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { isEnvironment, type StackFile } from '../../config/stack';
import { takeLedgerAlong } from '../../operations/take-along';
import { formatRecord } from '../../releases/ledger-text';
import { fakeSshHost, type FakeSshHost } from '../clients/ssh/fake-ssh-host';
import { parseProject } from '../errors/project';
import { candidate, cutover, gate, verdict } from '../releases/fixtures';
import { teamOfFour } from '../stacks/team-of-four';
import importFormerLedger from '../../actions/import-ledger';
import { appendRecords, readLedger } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import { importLedger } from '../../targets/import-ledger';
import { FormerContainer } from '../targets/former-container';
import { access, storeHome } from '../targets/store-home';

const records = [verdict(candidate('a'), gate('/'), 'passed'), cutover(candidate('a'))];

describe('the ledger of an environment on another machine, before an update', () => {
  let host: FakeSshHost;
  beforeEach(async () => (host = await fakeSshHost()));
  afterEach(() => host.stop());
  const home = storeHome();
  beforeEach(() => {
    home.publish('platform', { ledgers: access });
  });

  /** The team's files, with production on this machine. */
  function stacks(): StackFile[] {
    const { password = '', ...ssh } = host.place.ssh;
    return parseProject(teamOfFour()).map((file): StackFile => {
      if (!isEnvironment(file) || file.name !== 'production') return file;
      const target = { ...file.config.target, ...ssh, folder: host.place.folder } as typeof file.config.target;
      return { ...file, config: { ...file.config, target, sshPassword: password } };
    });
  }
  async function along(former: Parameters<typeof takeLedgerAlong>[1] = [], stack = 'production'): Promise<string[]> {
    const said: string[] = [];
    await takeLedgerAlong(stack, former, (line) => void said.push(line), stacks());
    return said;
  }
  const before = (text: string): void => {
    fs.mkdirSync(path.join(host.place.folder, '.sluice'));
    fs.writeFileSync(path.join(host.place.folder, '.sluice', 'ledger.jsonl'), text);
  };

  it('is taken over from there, which is said once', async () => {
    before(records.map(formatRecord).join(''));
    assert.deepEqual(await along(), ['production: its ledger is in the store now']);
    assert.deepEqual(await home.records('production'), records);
    assert.deepEqual(await along(), []);
    assert.deepEqual(await home.records('production'), records);
  });

  it('is not asked for on that machine any more once it was taken over', async () => {
    before(records.map(formatRecord).join(''));
    await along();
    host.commands.length = 0;
    await along();
    assert.deepEqual(host.commands, []);
  });

  it('is nothing where nothing was kept there', async () => {
    assert.deepEqual(await along(), []);
    assert.ok(!fs.existsSync(home.store.place));
  });

  it('is taken over from there when the platform’s container had what is older', async () => {
    // An older version has copied it from there when the environment moved to the machine.
    const former = FormerContainer.make(formatRecord(cutover(candidate('z'))));
    try {
      await importLedger(former.name, (environment) => home.place(environment));
    } finally {
      former.restore();
    }
    before(records.map(formatRecord).join(''));
    assert.deepEqual(await along(), ['production: its ledger is in the store now']);
    assert.deepEqual(await home.records('production'), [cutover(candidate('z')), ...records]);
    host.commands.length = 0;
    assert.deepEqual([await along(), host.commands], [[], []]);
  });

  it('that is the same as in the platform’s container is there once, and not asked for again', async () => {
    const text = records.map(formatRecord).join('');
    const former = FormerContainer.make(text);
    try {
      await importLedger(former.name, (environment) => home.place(environment));
    } finally {
      former.restore();
    }
    before(text);
    await along();
    assert.deepEqual(await home.records('production'), records);
    host.commands.length = 0;
    assert.deepEqual([await along(), host.commands], [[], []]);
  });

  it('is taken to that machine from the platform’s container, before what is there, where no store can be', async () => {
    const onMachines = { ...access, onMachines: true } as const;
    const former = FormerContainer.make(formatRecord(cutover(candidate('z'))));
    try {
      // The platform's update does not know the machine. Its variables are those of Pulumi Cloud; the state of this test is in a folder.
      const { PULUMI_BACKEND_URL: state } = process.env;
      process.env['PULUMI_BACKEND_URL'] = 'https://api.pulumi.com';
      const { environments } = await importFormerLedger({ container: former.name, ledger: onMachines });
      assert.deepEqual(environments, ['production']);
      process.env['PULUMI_BACKEND_URL'] = state;
    } finally {
      former.restore();
    }
    home.publish('platform', { ledgers: onMachines });
    before(records.map(formatRecord).join(''));
    assert.deepEqual(await along(), [
      'production: its ledger comes along (1 records)',
      'production: its ledger is in the store now',
    ]);
    const there = ledgerOf(onMachines, 'production', host.place);
    const all = [cutover(candidate('z')), ...records];
    assert.deepEqual(await readLedger(there), all);
    // Once: what is there goes on.
    await appendRecords(there, records);
    assert.deepEqual([await along(), await readLedger(there)], [[], [...all, ...records]]);
  });

  it('that can’t be had ends the update: without it, what was taken back would be let in', async () => {
    before('nonsense\n');
    await assert.rejects(along(), (error: unknown) => {
      assert.ok(error instanceof UserError && error.exitCode === 1, String(error));
      assert.match(
        error.message,
        /^the former ledger in deploy@127\.0\.0\.1:.* can't be taken over: nothing in it is a record$/,
      );
      return true;
    });
    assert.ok(!fs.existsSync(home.store.place));
  });

  it('is none of a platform’s', async () => {
    assert.deepEqual(await along([], 'platform'), []);
    assert.deepEqual(host.commands, []);
  });
});
