import assert from 'node:assert/strict';
import { healthCheck } from '../../components/health';
import { docker, inspectContainer, type ContainerInfo } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { foundImages } from '../../stacks/images';

const name = `sluice-test-health-${process.pid}`;

/** The check as the engine runs it, in a container that is well as long as /tmp/well is there. */
describe('health check on an engine', function () {
  this.timeout(60_000);
  before(async () => {
    const { tests, interval, timeout, startPeriod, retries } = healthCheck('test -e /tmp/well');
    await docker([
      ...['run', '--detach', '--name', name, '--label', `${labels.instance}=${name}`, '--entrypoint', 'sleep'],
      ...['--read-only', '--tmpfs', '/tmp', '--user', '1000:1000', '--network', 'none', '--init'],
      ...['--health-cmd', tests[1] ?? '', '--health-interval', interval],
      ...['--health-timeout', timeout, '--health-start-period', startPeriod],
      ...['--health-retries', String(retries), foundImages()['node'] ?? '', '600'],
    ]);
  });
  after(async () => {
    await docker(['rm', '--force', name]);
  });

  it('is starting until it is well, then healthy, and asked no more for a while', async () => {
    await until(({ Log = [] }) => Log.length > 1);
    assert.equal((await health()).Status, 'starting');
    await docker(['exec', name, 'touch', '/tmp/well']);
    await until(({ Status }) => Status === 'healthy');
    const ended = (await health()).Log?.length;
    // The next one has begun and rests: it would have ended in far less.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    assert.equal((await health()).Log?.length, ended);
  });

  it('is asked anew after a restart', async () => {
    await docker(['restart', '--time', '1', name]);
    const ended = (await health()).Log?.length ?? 0;
    await until(({ Log = [] }) => Log.length > ended);
    assert.equal((await health()).Status, 'starting', '/tmp is empty again');
    await docker(['exec', name, 'touch', '/tmp/well']);
    await until(({ Status }) => Status === 'healthy');
  });
});

type Health = NonNullable<ContainerInfo['State']['Health']>;

async function health(): Promise<Health> {
  const found = (await inspectContainer(name))?.State.Health;
  assert.ok(found !== undefined);
  return found;
}

/** Mocha's own time limit ends it. */
async function until(holds: (now: Health) => boolean): Promise<void> {
  while (!holds(await health())) await new Promise((resolve) => setTimeout(resolve, 200));
}
