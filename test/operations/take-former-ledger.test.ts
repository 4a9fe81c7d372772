import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { isEnvironment, type EnvironmentFile, type StackFile } from '../../config/stack';
import { takeFormerLedger } from '../../operations/take-former-ledger';
import { formatRecord } from '../../releases/ledger-text';
import { acquire } from '../../store/lease/acquire';
import { fakeSshHost, type FakeSshHost } from '../clients/ssh/fake-ssh-host';
import { parseProject } from '../errors/project';
import { candidate, cutover, gate, verdict } from '../releases/fixtures';
import { teamOfFour } from '../stacks/team-of-four';
import { access, storeHome } from '../targets/store-home';

const records = [verdict(candidate('a'), gate('/'), 'passed'), cutover(candidate('a'))];
const own = { kind: 'rollback', at: '2026-02-01T00:00:00Z', environment: 'production', over: null } as const;
const word = { ...own, candidate: candidate('a'), by: 'os:ann@laptop' };

describe('the former ledger of an environment on another machine, before a verb writes', () => {
  let host: FakeSshHost;
  beforeEach(async () => (host = await fakeSshHost()));
  afterEach(() => host.stop());
  const home = storeHome();
  const notes: string[] = [];
  beforeEach(() => {
    home.publish('platform', { ledgers: access });
    notes.length = 0;
  });

  /** The team's files, with production on this machine. */
  function project(): { file: EnvironmentFile; stacks: StackFile[] } {
    const { password = '', ...ssh } = host.place.ssh;
    const stacks = parseProject(teamOfFour()).map((file): StackFile => {
      if (!isEnvironment(file) || file.name !== 'production') return file;
      const target = { ...file.config.target, ...ssh, folder: host.place.folder } as typeof file.config.target;
      return { ...file, config: { ...file.config, target, sshPassword: password } };
    });
    return { stacks, file: stacks.filter(isEnvironment).find(({ name }) => name === 'production') ?? assert.fail() };
  }
  async function take(place = home.place('production')): Promise<void> {
    const { file, stacks } = project();
    const wish = { what: './sluice rollback production', note: (line: string) => void notes.push(line) };
    await takeFormerLedger(file, place, wish, stacks, () => Promise.resolve([]));
  }
  const before = (text: string): void => {
    fs.mkdirSync(path.join(host.place.folder, '.sluice'));
    fs.writeFileSync(path.join(host.place.folder, '.sluice', 'ledger.jsonl'), text);
  };

  it('comes first: what the verb says is the newest, and about all of it', async () => {
    before(records.map(formatRecord).join(''));
    await take();
    assert.deepEqual(notes, ['production: its ledger is in the store now']);
    await home.put('production', word);
    assert.deepEqual(await home.records('production'), [...records, word]);
    host.commands.length = 0;
    await take();
    assert.deepEqual([host.commands, notes.length], [[], 1], 'the machine is asked once');
    assert.deepEqual(await home.records('production'), [...records, word]);
  });

  it('is taken over under the lease of its environment', async () => {
    before(records.map(formatRecord).join(''));
    const request = { what: './sluice up', by: 'bob', note: () => undefined, variables: {} };
    const lease = await acquire(home.store, 'production', request);
    const taking = take();
    while (notes.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.match(notes[0] ?? '', /^production is held by bob's \.\/sluice up on .*; waiting/);
    assert.deepEqual(await home.records('production'), []);
    await lease.release();
    await taking;
    assert.deepEqual(await home.records('production'), records);
  });

  it('is looked for no more once an update by this version has succeeded', async () => {
    before(records.map(formatRecord).join(''));
    await take({ ...home.place('production'), head: { number: 1, hash: 'f'.repeat(64) } });
    assert.deepEqual([host.commands, await home.records('production')], [[], []]);
  });

  it('that is not there waits for nobody: no lease is taken', async () => {
    await take();
    assert.ok(!fs.existsSync(home.store.place));
    assert.equal(host.commands.length, 1);
  });

  it('that can’t be had ends the verb before it has written', async () => {
    before('nonsense\n');
    await assert.rejects(
      take(),
      (error: unknown) => error instanceof UserError && /can't be taken over/.test(error.message),
    );
    assert.deepEqual(await home.records('production'), []);
  });
});
