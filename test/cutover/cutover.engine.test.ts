import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { docker, inspectContainer } from '../../clients/docker/docker';
import { assertTold } from '../errors/told';
import { serversState } from '../../clients/edge/edge';
import { Held, Load } from './load';
import { Place, type Cutover } from './place';

/** Cutovers by their program, with a real edge and real releases; Pulumi's part is tried end to end. */
describe('cutover on an engine', function () {
  this.timeout(180_000);
  let place: Place;
  before(async () => (place = await Place.make('cutover')));
  after(() => place.end());

  const kinds = async (): Promise<string[]> => (await place.records()).map(({ kind }) => kind);
  const succeeds = async (cutover: Cutover): Promise<void> => assert.equal(await cutover.ended(), 0, cutover.said);
  /** Until the edge sends all requests to the release that is watched. */
  const watched = async (cutover: Cutover): Promise<void> => {
    while (!cutover.said.includes('is watched')) await sleep(50);
  };

  it('takes the first release, which is not watched: there is nothing to go back to', async () => {
    await place.release('first');
    await succeeds(place.cutover('first'));
    assert.equal(await place.ask(), '200 first');
    assert.deepEqual(await kinds(), ['switch', 'cutover']);
  });

  it('asked again, changes nothing', async () => {
    await succeeds(place.cutover('first'));
    assert.deepEqual(await kinds(), ['switch', 'cutover']);
  });

  it('GoodToBad: takes a release back that fails, says why and records it', async () => {
    await place.release('failing', { FAILS: '1' });
    const cutover = place.cutover('failing', { seconds: 600 });
    assert.equal(await cutover.ended(), 1, cutover.said);
    assertTold('takenBack', cutover.failure());
    assert.match(cutover.said, /production has taken discounts back: discounts: \d+ of \d+ requests failed/);
    assert.equal(await place.ask(), '200 first');
    const record = (await place.records()).at(-1);
    assert.ok(record?.kind === 'taken-back');
    assert.deepEqual(record.to, { discounts: 'discounts-first:8080' });
    assert.equal(await inspectContainer(place.containerOf('failing')), undefined);
    assert.match(await place.evidence(`${record.evidence}/discounts.log`), /^\S+Z failing listens$/m);
    assert.match(
      await place.evidence(`${record.evidence}/index.html`),
      /<title>taken back: production .*failing listens/s,
    );
  });

  it('BadToBad: takes the next bad one back to the same good one', async () => {
    await place.release('slow', { SLOW: '300' });
    const cutover = place.cutover('slow', { maxLatencyMs: 200 });
    assert.equal(await cutover.ended(), 1, cutover.said);
    assert.match(cutover.said, /\d+ ms per request, 200 are allowed/);
    assert.equal(await place.ask(), '200 first');
  });

  it('BadToGood: goes on with a good one as if nothing had happened', async () => {
    await place.release('second');
    await succeeds(place.cutover('second'));
    assert.equal(await place.ask(), '200 second');
    const record = (await place.records()).at(-1);
    assert.ok(record?.kind === 'cutover');
    assert.match(record.watch ?? '', /0 of \d+ requests failed/);
  });

  it('refuses what exits, at once and with its last words, and takes it away', async () => {
    await place.release('exiting', { EXITS: '1' });
    const cutover = place.cutover('exiting');
    assert.equal(await cutover.ended(), 1);
    assertTold('unhealthy', cutover.failure());
    assert.match(cutover.said, /exits|exited|restarting/);
    assert.match(cutover.said, /its last words:\n {4}no database: giving up/);
    assert.equal((await place.records()).at(-1)?.kind, 'unhealthy');
    assert.equal(await inspectContainer(place.containerOf('exiting')), undefined);
    assert.equal(await place.ask(), '200 second');
  });

  it('refuses what fails its health check for good, before its time is over', async () => {
    await place.release('ill', { ILL: '1' });
    const input = place.cutover('ill');
    assert.equal(await input.ended(), 1);
    assert.match(input.said, /is unhealthy/);
    assert.equal(await place.ask(), '200 second');
  });

  it('AbortThenRetry: killed while it watches, ends the watch when asked again', async () => {
    await place.release('third');
    const killed = place.cutover('third', { seconds: 600 });
    await watched(killed);
    await killed.kill();
    assert.equal((await place.records()).at(-1)?.kind, 'switch');
    await succeeds(place.cutover('third'));
    const record = (await place.records()).at(-1);
    assert.ok(record?.kind === 'cutover' && record.watch !== undefined, JSON.stringify(record));
  });

  it('AbortThenRetry: killed while it watches a bad one, takes that back when asked again', async () => {
    await place.release('worse', { FAILS: '1' });
    const killed = place.cutover('worse', { seconds: 600, tooLittle: 'pass', minRequests: 1000 });
    await watched(killed);
    await killed.kill();
    const again = place.cutover('worse');
    assert.equal(await again.ended(), 1, again.said);
    assert.equal(await place.ask(), '200 third');
  });

  it('RollbackKilled: killed between its refusal and the way back, the next update ends it', async () => {
    await place.release('fourth', { FAILS: '1' });
    const killed = place.cutover('fourth', { seconds: 600, tooLittle: 'pass', minRequests: 1000 });
    await watched(killed);
    await killed.kill();
    const open = (await place.records()).at(-1);
    assert.ok(open?.kind === 'switch' && open.from !== null);
    // What the killed run wrote before it could switch back.
    const { candidate, environment, releases, from } = open;
    const at = new Date().toISOString();
    const verdict = { summary: 'discounts: failed', evidence: '', seconds: 1 };
    await place.append({ kind: 'taken-back', at, environment, candidate, releases, to: from, ...verdict });
    assert.equal(await place.ask(), '500 fourth');
    // The update takes what the environment keeps.
    await succeeds(place.cutover('third'));
    assert.equal(await inspectContainer(place.containerOf('fourth')), undefined);
    assert.equal(await place.ask(), '200 third');
  });

  it('ends a switch that was killed when both releases took requests', async () => {
    await place.release('fifth');
    const { Id: id = '' } = (await inspectContainer(place.containerOf('fifth'))) ?? {};
    const address = (await inspectContainer(id))?.NetworkSettings.Networks[place.network]?.IPAddress ?? '';
    const open = (slot: string) =>
      `set server discounts/${slot} addr ${address} port 8080;set server discounts/${slot} state ready\n`;
    for (const slot of ['a', 'b']) {
      await docker(['exec', '--interactive', place.edge, 'nc', '127.0.0.1', '9999'], { input: open(slot) });
    }
    await succeeds(place.cutover('third'));
    assert.deepEqual([...new Set(await Promise.all(Array.from({ length: 8 }, () => place.ask())))], ['200 third']);
  });

  it('loses nothing long after the one before: the edge has forgotten where the release was that is gone', async () => {
    for (const name of ['past', 'late']) {
      await place.release(name);
      await succeeds(place.cutover(name, { seconds: 0 }));
    }
    for (const name of ['past', 'third']) {
      await docker(['rm', '--force', place.containerOf(name)], { allowFailure: true });
    }
    const forgotten = async (): Promise<boolean> =>
      (await serversState(place.edge)).some(({ ready, address }) => !ready && address === '-');
    while (!(await forgotten())) await sleep(1000);
    await place.release('third');
    const load = new Load(() => place.url, { perSecond: 100, slowMilliseconds: 0 });
    await succeeds(place.cutover('third', { seconds: 0 }));
    const { requests, failures } = await load.end();
    assert.deepEqual(failures, {}, `of ${requests} requests`);
  });

  it('loses nothing when the application closes a connection in the moment in which the next request comes', async () => {
    await place.release('dropping', { DROPS: '1' });
    await succeeds(place.cutover('dropping', { seconds: 0 }));
    const load = new Load(() => place.url, { perSecond: 50, slowMilliseconds: 0 });
    await sleep(3000);
    const { requests, failures } = await load.end();
    assert.deepEqual(failures, {}, `of ${requests} requests`);
    await succeeds(place.cutover('third', { seconds: 0 }));
  });

  it('the edge keeps its route over its own restart', async () => {
    await docker(['restart', '--time', '5', place.edge]);
    await place.findUrl();
    await untilAnswered();
    assert.equal(await place.ask(), '200 third');
    await succeeds(place.cutover('third'));
  });

  async function untilAnswered(): Promise<void> {
    for (;;) {
      const status = await fetch(place.url, { signal: AbortSignal.timeout(2000) }).then(
        (response) => response.status,
        () => 0,
      );
      if (status === 200) return;
      await sleep(100);
    }
  }

  describe('under way', () => {
    it('lets slow requests, downloads, uploads and WebSockets end on the former release', async () => {
      const held = await Held.open(place.url);
      assert.equal(await held.echo('before'), 'before');
      await place.release('sixth');
      const under = [place.ask('/?ms=3000'), place.ask('/download')];
      const upload = fetch(`${place.url}/upload?ms=2000`, { method: 'POST', body: 'x'.repeat(4_000_000) });
      await sleep(200);
      const cutover = place.cutover('sixth');
      await watched(cutover);
      assert.equal(await held.echo('after'), 'after');
      const [slow, download] = await Promise.all(under);
      assert.equal(slow, '200 third');
      assert.match(download ?? '', /^200 0\n1\n[^]*19\nthird$/);
      assert.equal(await (await upload).text(), 'third');
      assert.equal(held.closed, false);
      held.end();
      await succeeds(cutover);
    });

    it('waits for what is open, and no longer than it is told to', async () => {
      const held = await Held.open(place.url);
      await place.release('seventh');
      const cutover = place.cutover('seventh');
      await succeeds(cutover);
      assert.match(cutover.said, /1 connections to the former release are still open/);
      assert.equal(await held.echo('still'), 'still');
      held.end();
    });

    it('6 releases under load, two of them refused and one taken back: nothing is lost', async () => {
      const load = new Load(() => place.url, { perSecond: 60, slowMilliseconds: 1500 });
      const releases: [string, Parameters<Place['release']>[1], number][] = [
        ['one', {}, 0],
        ['two', { EXITS: '1' }, 1],
        ['three', {}, 0],
        ['four', { SLOW: '4000' }, 1],
        ['five', { ILL: '1' }, 1],
        ['six', {}, 0],
      ];
      let former = 'later';
      for (const [name, behaviour, code] of releases) {
        await place.release(name, behaviour);
        const cutover = place.cutover(name, { maxLatencyMs: 2500, maxLatencyFactor: 100 });
        assert.equal(await cutover.ended(), code, cutover.said);
        // As Pulumi does at the end of an update that succeeded, and of the one after a refusal.
        const gone = code === 0 ? former : name;
        await docker(['stop', '--time', '10', place.containerOf(gone)], { allowFailure: true });
        if (code === 0) former = name;
      }
      const { requests, failures, moments } = await load.end();
      assert.deepEqual(failures, {}, [`of ${requests} requests`, ...moments].join('\n'));
      assert.ok(requests > 500, `${requests} requests`);
      assert.equal(await place.ask(), '200 six');
    });
  });
});
