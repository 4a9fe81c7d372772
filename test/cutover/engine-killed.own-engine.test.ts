import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { docker } from '../../clients/docker/docker';
import { foundImages } from '../../stacks/images';
import { ensure } from '../../toolchain';
import { FaultTable, surviving } from '../faults/table';
import { obstacleToASecondEngine, OwnEngine } from '../toolchain/own-engine';
import { Door } from './door';
import { Place } from './place';

/** What an environment of ours is made of, on an engine that is killed; Pulumi's part is tried end to end. */
describe('10: killed anywhere: the engine', function () {
  this.timeout(6 * 60_000);
  const given = { ...process.env };
  let folder: string;
  let engine: OwnEngine | undefined;
  let door: Door;
  let place: Place;
  const table = new FaultTable(() => place.url);

  before(async function () {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-own-engine-'));
    let problem = await obstacleToASecondEngine(['ip', 'nsenter']);
    if (problem === undefined) {
      process.env['SLUICE_HOME'] = path.join(folder, 'home');
      Object.assign(process.env, (await ensure({ say: (line) => void process.stdout.write(`${line}\n`) })).env);
      const own = path.join(folder, 'engine');
      fs.mkdirSync(own);
      engine = await OwnEngine.start(own, undefined, { killable: true }).catch(
        (error: unknown) => void (problem = String(error)),
      );
    }
    if (engine === undefined) {
      for (const test of this.test?.parent?.tests ?? []) test.title += ` (not tried: ${problem})`;
      this.skip();
    }
    const images = path.join(folder, 'images.tar');
    await docker(['save', '--output', images, ...['node', 'edge'].map((name) => foundImages()[name] ?? '')]);
    process.env['DOCKER_HOST'] = engine.host;
    await docker(['load', '--input', images]);
    fs.rmSync(images);
    door = await Door.make(path.join(folder, 'door'));
    place = await Place.make('engine');
    await throughTheDoor();
    // No name server answers there, so the edge's very first start takes a while.
    while (!(await place.ask().catch(() => '')).startsWith('503')) await sleep(100);
  });
  after(async () => {
    await (door as Door | undefined)?.end();
    await engine?.stop();
    for (const name of ['DOCKER_HOST', 'SLUICE_HOME']) {
      if (given[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = given[name];
    }
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
    process.stdout.write(`\n${table.toString()}\n\n`);
  });

  async function throughTheDoor(): Promise<void> {
    await place.findUrl();
    await door.leadTo(engine?.inside() ?? '', new URL(place.url).port);
    place.url = door.url;
  }

  /** Until it is there again and has given the edge its port. */
  async function back(): Promise<void> {
    assert.ok(await engine?.answers(), 'the engine does not come back');
    while ((await docker(['port', place.edge, '80'], { allowFailure: true })).stdout === '') await sleep(100);
    await throughTheDoor();
  }
  const kill = (): Promise<void> => Promise.resolve(engine?.kill());

  it('comes back with edge and release, and the edge with its route', async () => {
    await place.release('first');
    assert.equal(await place.cutover('first').ended(), 0);
    await table.attempt(async (people) => {
      await sleep(2000);
      await people.outage(kill, back);
      await sleep(2000);
      return surviving('engine killed', async () => assert.equal(await place.ask(), '200 first'));
    });
  });

  it('killed while a release is watched: that goes back, since nobody could tell; asked again, it ends well', async () => {
    await place.release('second');
    await table.attempt(async (people) => {
      const cutover = place.cutover('second', { seconds: 600 });
      while (!cutover.said.includes('is watched')) await sleep(50);
      await people.outage(kill, back);
      assert.equal(await cutover.ended(), 1);
      return surviving('engine killed in a cutover', async () => {
        assert.match(cutover.said, /production has taken discounts back: it could not be watched to the end: /);
        assert.equal(await place.ask(), '200 first');
        assert.equal((await place.records()).at(-1)?.kind, 'taken-back');
        // What was taken back has been set aside.
        await place.release('second');
        const again = place.cutover('second');
        assert.equal(await again.ended(), 0, again.said);
        assert.equal(await place.ask(), '200 second');
      });
    });
  });

  it('nobody has noticed anything while it was there', () => table.assertSurvived(2));
});
