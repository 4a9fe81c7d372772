import assert from 'node:assert/strict';
import { exposedPorts, listenersIn, listenersOf } from '../../../clients/docker/listeners';
import { fakeDocker, type FakeDocker } from '../../actions/fake-docker';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (local: string, state = '0A') =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 1 1`;

describe('listeners of a container', () => {
  const cases: [string, string[], { port: number; loopback: boolean }[]][] = [
    ['on all addresses', ['00000000:1F90'], [{ port: 8080, loopback: false }]],
    ['on all addresses of IPv6', [`${'0'.repeat(32)}:1F90`], [{ port: 8080, loopback: false }]],
    ['on one address', ['0270A8C0:0050'], [{ port: 80, loopback: false }]],
    ['on 127.0.0.1', ['0100007F:0BB8'], [{ port: 3000, loopback: true }]],
    ['on ::1', ['00000000000000000000000001000000:0BB8'], [{ port: 3000, loopback: true }]],
    ['on ::ffff:127.0.0.1', ['0000000000000000FFFF00000100007F:0BB8'], [{ port: 3000, loopback: true }]],
    ['on ::ffff:192.168.112.2', ['0000000000000000FFFF00000270A8C0:0BB8'], [{ port: 3000, loopback: false }]],
    ['on 127.0.0.1 and on all', ['0100007F:0BB8', '00000000:0BB8'], [{ port: 3000, loopback: false }]],
    ['nowhere but where the engine does', ['0B00007F:A5B1'], []],
    [
      'on several, in order',
      ['00000000:1F90', '0100007F:0050'],
      [
        { port: 80, loopback: true },
        { port: 8080, loopback: false },
      ],
    ],
  ];
  for (const [name, locals, found] of cases) {
    it(`listen ${name}`, () => {
      assert.deepEqual(listenersIn([head, ...locals.map((local) => line(local)), ''].join('\n')), found);
    });
  }

  it('are no connections', () => {
    assert.deepEqual(listenersIn([head, line('00000000:1F90', '01'), line('00000000:1F91', '06')].join('\n')), []);
  });

  let fake: FakeDocker | undefined;
  afterEach(() => fake?.restore());

  it('are read from beside it, without rights and without its image', async () => {
    fake = fakeDocker([{ part: 'run', stdout: `${head}\n${line('00000000:1F90')}\n` }]);
    const found = await listenersOf('sluice-staging-web-1', 'sha256:edge', { instance: 'sluice', stack: 'staging' });
    assert.deepEqual(found, [{ port: 8080, loopback: false }]);
    const [{ args } = { args: [] }] = fake.calls();
    assert.match(
      args.join(' '),
      /^run --rm --name sluice-listeners-[0-9a-f]{12} .*--network container:sluice-staging-web-1 /,
    );
    assert.match(args.join(' '), / --cap-drop ALL .* --entrypoint sh sha256:edge -c cat /);
  });

  it('are said by the image, for TCP', async () => {
    fake = fakeDocker([{ part: 'image inspect', stdout: '8125/udp 9000/tcp 3000/tcp \n' }]);
    assert.deepEqual(await exposedPorts('web', { Image: 'sha256:web' }), [3000, 9000]);
    assert.equal(fake.calls()[0]?.args.at(-1), 'sha256:web');
  });

  it('are not said by an image that is gone', async () => {
    fake = fakeDocker([{ part: 'image inspect', code: 1, stderr: 'Error: No such image: sha256:web' }]);
    assert.deepEqual(await exposedPorts('web', { Image: 'sha256:web' }), []);
  });
});
