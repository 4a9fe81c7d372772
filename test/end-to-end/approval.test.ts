import * as assert from 'node:assert/strict';
import { hasEnded, type DroneBuild } from '../../cli/drone/client';
import { appendRecord, readLedger } from '../../engine/ledger';
import { labels } from '../../engine/labels';
import { approvalText } from '../../releases/approval';
import { findLast, type CutoverRecord } from '../../releases/ledger';
import { candidateKey } from '../../releases/names';
import type { Candidate } from '../../releases/types';
import { assertEnded } from '../errors/told';
import { theRelease, until } from './engine';
import { prefix, setConfig } from './isolate';
import { buildOf, changes, Checkout, dataFile, digestIn, droneOf, logOf, platformOf, statusOf } from './shop';
import { theWorld, type World } from './world';

const ledger = `${prefix}-ledger`;

describe('10: people who approve', function () {
  this.timeout(12 * 60_000);
  let world: World;
  let checkout: Checkout;
  /** Digest that production runs while nobody has approved another. */
  let kept: string;
  let offered: { build: DroneBuild; digest: string };

  before(async () => {
    world = await theWorld();
    setConfig(world.clone, 'production', { approval: 'required' });
    // The platform, too: its pipelines know who is asked.
    const { code, all } = await world.run('up', 'platform', 'staging', 'production');
    assert.equal(code, 0, all);
    checkout = await Checkout.of(world);
    kept = await inProduction();
  });
  after(async () => {
    setConfig(world.clone, 'production', { approval: 'none' });
    const { code, all } = await world.run('up', 'platform', 'staging', 'production');
    assert.equal(code, 0, all);
  });

  const inProduction = async (): Promise<string> =>
    (await theRelease('production', 'discounts')).Config.Labels?.[labels.digest] ?? '';
  const candidateOf = async (environment: string): Promise<Candidate> => {
    const cutover: CutoverRecord | undefined = findLast(await readLedger(ledger), 'cutover', environment);
    assert.ok(cutover !== undefined);
    return cutover.candidate;
  };
  /** Pushes a good change, which gets as far as staging. */
  const push = async (title: string): Promise<typeof offered> => {
    const commit = await checkout.push(dataFile, changes.title(title), title);
    const build = await buildOf(world, commit);
    const log = await logOf(world, build);
    assert.equal(build.status, 'success', log);
    assert.match(log, /production waits for an approval:/);
    const digest = digestIn(await statusOf(world), 'staging');
    assert.notEqual(digest, await inProduction());
    return { build, digest };
  };

  it('a push waits: its pipeline is green and says for whom, its checks have passed, production stays', async () => {
    offered = await push('Approved by nobody');
    assert.equal(await inProduction(), kept);
    const gate = (await statusOf(world)).environments['production']?.gate;
    assert.equal(gate?.verdict, 'waiting');
    assert.deepEqual(gate.candidate, { discounts: offered.digest });
    const tested = findLast(await readLedger(ledger), 'tested', 'production');
    assert.equal(tested?.candidate['discounts']?.digest, offered.digest);
    assert.deepEqual(
      tested.checks.map(({ verdict }) => verdict),
      ['passed', 'passed'],
    );
  });

  it('nor does npm run promote let it in; and again changes nothing, from plain Pulumi too', async () => {
    assertEnded('approvalWaits', await world.run('promote', 'production'));
    const again = await world.pulumi('production', 'up', '--expect-no-changes');
    assert.equal(again.code, 0, again.all);
    assert.equal(await inProduction(), kept);
  });

  it('WrongCandidate: an approval of what is not offered is refused', async () => {
    assertEnded('approvalOfAnother', await world.run('approve', 'production', '--candidate', kept));
    assert.equal(await inProduction(), kept);
  });

  it('Expired: an approval that was not used in time lets nothing through', async () => {
    const now = new Date();
    await appendRecord(ledger, {
      kind: 'approval',
      at: new Date(now.getTime() - 7_200_000).toISOString(),
      environment: 'production',
      candidate: await candidateOf('staging'),
      by: 'ann@laptop',
      verdict: 'approved',
      person: 'ann',
      reason: 'this morning',
      expiresAt: new Date(now.getTime() - 3_600_000).toISOString(),
    });
    const { code, all } = await world.run('up', 'production');
    assert.equal(code, 0, all);
    assert.match(all, /that expired at/);
    assert.equal(await inProduction(), kept);
  });

  it('Refused: stands as a refusal by a gate does, with who and why', async () => {
    const said = ['--candidate', offered.digest, '--refuse', '--reason', 'not before noon'];
    const refused = await world.run('approve', 'production', ...said);
    assert.equal(refused.code, 0, refused.all);
    const ended = await world.run('up', 'production');
    assertEnded('approvalRefused', ended);
    assert.match(ended.all, /because: not before noon/);
    assert.equal(await inProduction(), kept);
  });

  it('GivenBefore: an approval of what was offered before lets the next one not through', async () => {
    const { code, all } = await world.run('approve', 'production', '--candidate', offered.digest, '--only-record');
    assert.equal(code, 0, all);
    const before = offered;
    offered = await push('Another one');
    assert.notEqual(offered.digest, before.digest);
    assert.equal(await inProduction(), kept);
  });

  it('one that names it lets it in at once, and history tells by whom', async () => {
    const key = candidateKey(await candidateOf('staging'));
    const { code, all } = await world.run('approve', 'production', '--candidate', key, '--reason', 'the sale begins');
    assert.equal(code, 0, all);
    assert.equal(await inProduction(), offered.digest);
    const said = findLast(await readLedger(ledger), 'approval', 'production');
    assert.ok(said !== undefined);
    const history = await world.run('history', 'production');
    assert.ok(history.all.includes(approvalText(said)), history.all);
    kept = offered.digest;
  });

  it('Drone’s promote approves the build’s own release, and deploys it', async () => {
    const former = offered.build;
    offered = await push('Promoted in Drone');
    const old = await promote(former.number);
    assert.equal(old.status, 'failure', await logOf(world, old));
    assert.equal(await inProduction(), kept);
    const promoted = await promote(offered.build.number);
    assert.equal(promoted.status, 'success', await logOf(world, promoted));
    assert.equal(await inProduction(), offered.digest);
  });

  /** Promotes a build as the button in Drone's pages does. @returns the build that this started, ended */
  async function promote(number: number): Promise<DroneBuild> {
    const { drone } = await platformOf(world);
    const { client, slug } = await droneOf(world);
    const response = await fetch(`${drone.url}/api/repos/${slug}/builds/${number}/promote?target=production`, {
      method: 'POST',
      headers: { authorization: `Bearer ${drone.token ?? ''}` },
    });
    assert.equal(response.status, 200, await response.clone().text());
    const started = (await response.json()) as { number: number };
    return until(async () => {
      const build = await client.build(slug, started.number);
      return hasEnded(build.status) ? build : undefined;
    });
  }
});
