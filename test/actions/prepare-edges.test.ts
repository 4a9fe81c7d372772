import assert from 'node:assert/strict';
import prepareEdges from '../../actions/prepare-edges';
import { routesText } from '../../clients/edge/haproxy';
import { access, storeHome } from '../targets/store-home';
import { fakeDocker, type FakeDocker } from './fake-docker';

const service = (name: string, port: number) => ({
  service: name,
  volume: `shop-staging-edge-${name}`,
  port,
  config: `of ${name}`,
});
const input = {
  instance: 'shop',
  environment: 'staging',
  network: 'shop-staging',
  edge: 'shop-staging-edge',
  ledger: access,
  image: 'edge:1',
  services: [service('web', 80), service('api', 81)],
};
const states =
  '1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_fqdn srv_port\n' +
  '3 web 1 a 10.0.0.2 2 0 shop-staging-web-1 8080\n';

describe('what is made ready for edges', () => {
  storeHome();
  let docker: FakeDocker | undefined;
  afterEach(() => docker?.restore());
  const engine = (...answers: Parameters<typeof fakeDocker>[0]): FakeDocker => (docker = fakeDocker(answers));
  const absent = { part: 'container inspect', code: 1, stderr: 'Error: No such container: it' };
  const calls = (word: string): string[] =>
    (docker?.calls() ?? []).map(({ args }) => args.join(' ')).filter((line) => line.startsWith(word));

  it('is what a former version’s edge serves; then that gives up the ports', async () => {
    engine(
      absent,
      { part: 'nc 127.0.0.1', stdout: states },
      {
        part: 'ps --no-trunc',
        stdout: 'shop-staging-edge\te\tshop\tstaging\t0.0.0.0:80->80/tcp, 0.0.0.0:81->81/tcp\n',
      },
    );
    assert.deepEqual(await prepareEdges(input), { stopped: ['shop-staging-edge'] });
    const [web = '', api = ''] = ['web', 'api'].map((name) =>
      calls('run').find((line) => line.includes(`source=shop-staging-edge-${name},`)),
    );
    assert.ok(web.endsWith(routesText({ container: 'shop-staging-web-1', port: 8080 })), web);
    assert.ok(api.endsWith(routesText(undefined)), api);
    const all = docker?.calls().map(({ args }) => args[0]) ?? [];
    assert.ok(all.lastIndexOf('run') < all.indexOf('kill'), 'nobody is answered until the new ones run');
    assert.deepEqual(calls('update'), ['update --restart no shop-staging-edge']);
  });

  it('takes a port from the edge that has it, and from no other', async () => {
    engine(
      { part: 'container inspect', stdout: '[{}]' },
      {
        part: 'ps --no-trunc',
        stdout:
          'shop-staging-edge-web\te\tshop\tstaging\t0.0.0.0:8080->80/tcp\n' +
          'shop-staging-edge-api\te\tshop\tstaging\t0.0.0.0:80->80/tcp\n' +
          'shop-staging-edge-old\te\tshop\tstaging\t0.0.0.0:82->80/tcp\n',
      },
    );
    assert.deepEqual(await prepareEdges(input), { stopped: ['shop-staging-edge-api'] });
    assert.deepEqual(calls('run'), []);
  });

  it('is what the port’s former service serves, for a service that has another name now', async () => {
    engine(
      absent,
      { part: 'exec -i shop-staging-edge-old', stdout: states.replace('3 web', '3 old') },
      { part: 'nc 127.0.0.1', code: 1, stderr: 'Error: No such container: shop-staging-edge' },
      {
        part: 'ps --no-trunc',
        stdout: 'shop-staging-edge-old\te\tshop\tstaging\t0.0.0.0:80->80/tcp\n',
      },
    );
    assert.deepEqual(await prepareEdges(input), { stopped: ['shop-staging-edge-old'] });
    const [web = '', api = ''] = ['web', 'api'].map((name) =>
      calls('run').find((line) => line.includes(`source=shop-staging-edge-${name},`)),
    );
    assert.ok(web.endsWith(routesText({ container: 'shop-staging-web-1', port: 8080 })), web);
    assert.ok(api.endsWith(routesText(undefined)), api);
  });

  it('is nothing where all is as it was', async () => {
    engine(
      { part: 'container inspect', stdout: '[{}]' },
      {
        part: 'ps --no-trunc',
        stdout:
          'shop-staging-edge-web\te\tshop\tstaging\t0.0.0.0:80->80/tcp\n' +
          'shop-staging-edge-api\te\tshop\tstaging\t0.0.0.0:81->80/tcp\n',
      },
    );
    assert.deepEqual(await prepareEdges(input), { stopped: [] });
    assert.deepEqual(calls('kill'), []);
  });
});
