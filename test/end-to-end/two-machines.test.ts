import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { openShared } from '../store/contract-writers';
import { startS3Server, type S3Server } from '../store/s3-server';
import { storePlace } from '../../store/where';
import { BucketWatch, twoHolders } from '../two-machines/bucket-watch';
import { otherMachineOf, runOnce, type Fate, type Run } from '../two-machines/runs';
import { endedSo } from '../errors/told';
import type { SituationName } from '../errors/table';
import { People } from '../faults/people';
import { isLong } from '../long';
import { imageOf, pushVariant } from './images';
import { ports, setConfig } from './isolate';
import { theWorld, type World } from './world';

/** How many verbs are run in all. */
const all = isLong ? 200 : 12;

/** How each verb may end when it does not do what it was asked for, because of what somebody else has done before. */
const refusals: Readonly<Record<string, readonly SituationName[]>> = {
  up: ['gateUnknown'],
  promote: ['approvalWaits', 'gateUnknown'],
  approve: [
    'approvalWaits',
    'approvalNothing',
    'approvalOfAnother',
    'approvalChanged',
    'approvalOfRunning',
    'gateUnknown',
  ],
  rollback: ['nothingBefore', 'rollbackChanged'],
};
/** And how one may that was suspended. */
const stops: readonly SituationName[] = ['leaseTaken', 'leaseWithoutStore'];

const environments = ['platform', 'staging', 'production'] as const;
/** Its gateway is the address of the bucket's server. */
const network = `sluice-test-machine-${process.pid}`;
/** What changes are made from: staging runs two releases while the other machine deploys one. */
const base = `${network}:base`;

/** Two people on two machines who share a bucket and an engine, and do not ask each other. */
describe('two machines, one bucket', function () {
  this.timeout((isLong ? 180 : 30) * 60_000);
  let server: S3Server;
  let here: World;
  let there: World;
  let watch: BucketWatch;
  const runs: Run[] = [];
  const killed = new Set<number>();

  before(async () => {
    server = await startS3Server(await hostForContainers());
    here = await theWorld();
    const address = server.address('team');
    Object.assign(here.env, server.environment, { PULUMI_BACKEND_URL: address });
    setConfig(here.clone, 'production', { approval: 'required' });
    there = await otherMachineOf(here);
    // One has the passphrase in Sluice's home, as it is made there, and the other one was told it.
    fs.mkdirSync(here.env['SLUICE_HOME'] ?? '', { recursive: true });
    fs.writeFileSync(path.join(here.env['SLUICE_HOME'] ?? '', 'passphrase'), 'of two', { mode: 0o600 });
    there.env['PULUMI_CONFIG_PASSPHRASE'] = 'of two';
    setConfig(there.clone, 'production', { approval: 'required' });
    const place = storePlace({ backend: address, home: '/nowhere' });
    watch = new BucketWatch(openShared({ place, environment: server.environment }), environments);
  });
  after(async () => {
    there.killAll();
    try {
      await watch.end();
    } finally {
      await server.stop();
      await docker(['network', 'rm', network]);
      await docker(['rmi', base], { allowFailure: true });
    }
  });

  it('one brings it up, and the other finds nothing to do', async () => {
    const first = await here.run('up');
    assert.equal(first.code, 0, first.all);
    const second = await there.run('up');
    assert.equal(second.code, 0, second.all);
    for (const stack of environments) assert.match(second.all, new RegExp(`^${stack}: nothing changed$`, 'm'));
  });

  it('each approves a release of the other, so that there is something to go back to', async () => {
    const offeredTo = async (world: World): Promise<string> => {
      const { all: said } = await world.run('promote', 'production', '--yes');
      return offeredIn(said) ?? assert.fail(said);
    };
    for (const [one, other, name] of [
      [here, there, 'the second'],
      [there, here, 'the third'],
    ] as const) {
      const approved = await one.run('approve', 'production', '--candidate', await offeredTo(other));
      assert.equal(approved.code, 0, approved.all);
      await pushVariant(here, 'staging', { name });
      const taken = await one.run('up', 'staging');
      assert.equal(taken.code, 0, taken.all);
    }
  });

  it(`${all} verbs of both, some killed, some suspended, with a clock that jumps: each ends well or says why it does not`, async () => {
    const people = [ports.staging, ports.production].map(
      (port) => new People(() => `http://localhost:${port.discounts}`),
    );
    await docker(['tag', await imageOf('staging'), base]);
    let left = all;
    /** What an approval was last asked for, by whomever. */
    let offered = '';
    const one = async (world: World): Promise<void> => {
      while (left-- > 0) {
        const { words, isNew } = pick(offered);
        if (isNew) await pushVariant(world, 'staging', { name: `change ${left}`, base });
        const run = await runOnce(world, words, fateOf(), 1000 + Math.random() * 15_000, { killed });
        runs.push(run);
        offered = offeredIn(run.all) ?? offered;
      }
    };
    await Promise.all([one(here), one(there)]);
    const felt = await Promise.all(people.map((each) => each.end()));
    const strange = runs.filter((run) => {
      const may = [...(refusals[run.words[0] ?? ''] ?? []), ...(run.fate === 'suspended' ? stops : [])];
      return run.fate !== 'killed' && run.code !== 0 && !may.some((each) => endedSo(each, run));
    });
    process.stdout.write(tableOf(runs));
    assert.deepEqual(
      strange.map(({ words, fate, all: said }) => `${words.join(' ')} (${fate}): ${said}`),
      [],
    );
    assert.deepEqual(
      felt.map(({ failures }) => failures),
      [{}, {}],
    );
  });

  it('nobody had a lease together with somebody else', () => {
    for (const environment of environments) {
      const seen = watch.leases.get(environment) ?? [];
      assert.ok(seen.length > 0, environment);
      assert.deepEqual(
        twoHolders(seen, ({ machine }) => killed.has(machine.pid)),
        [],
        environment,
      );
    }
  });

  it('no record was lost, and each ledger is sound', async () => {
    assert.ok(watch.ledger.size > 0);
    assert.deepEqual(await watch.lost(), []);
    for (const world of [here, there]) {
      const { code, all: said } = await world.run('history', '--verify');
      assert.equal(code, 0, said);
    }
  });

  it('one more up mends what was killed, and then the other finds nothing to do', async () => {
    const first = await here.run('up');
    assert.equal(first.code, 0, first.all);
    const second = await there.run('up');
    assert.equal(second.code, 0, second.all);
    for (const stack of environments) assert.match(second.all, new RegExp(`^${stack}: nothing changed$`, 'm'));
  });
});

/**
 * An address of this machine that containers of any network reach, and this process too: the gateway of a network made for it. The
 * engine's own network has none on the first day of an engine 20.10.
 */
async function hostForContainers(): Promise<string> {
  await docker(['network', 'create', network]);
  const format = '{{range .IPAM.Config}}{{.Gateway}}{{end}}';
  return (await docker(['network', 'inspect', network, '--format', format])).stdout.trim();
}

/** What a verb says that somebody could approve now. */
function offeredIn(said: string): string | undefined {
  return [...said.matchAll(/ --candidate ([0-9a-f]{12})$/gm)].at(-1)?.[1];
}

/** How often each verb ended how. */
function tableOf(runs: readonly Run[]): string {
  const counts = new Map<string, number>();
  for (const { words, fate, code } of runs) {
    const row = `${words[0] ?? ''} ${fate === 'ends' ? `exit ${code}` : `${fate}, exit ${code}`}`;
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return [...counts]
    .sort()
    .map(([row, count]) => `      ${row}: ${count}\n`)
    .join('');
}

/** What somebody does next. @param offered what could be approved */
function pick(offered: string): { words: string[]; isNew: boolean } {
  const choices: { words: string[]; isNew: boolean }[] = [
    { words: ['up', 'staging'], isNew: true },
    { words: ['up'], isNew: false },
    { words: ['up', 'production'], isNew: false },
    { words: ['promote', 'production', '--yes'], isNew: false },
    { words: ['rollback', 'production', '--yes'], isNew: false },
    ...(offered === '' ? [] : [{ words: ['approve', 'production', '--candidate', offered], isNew: false }]),
  ];
  return choices[Math.floor(Math.random() * choices.length)] ?? { words: ['up'], isNew: false };
}

function fateOf(): Fate {
  const dice = Math.random();
  return dice < 0.12 ? 'killed' : dice < 0.17 ? 'suspended' : 'ends';
}
