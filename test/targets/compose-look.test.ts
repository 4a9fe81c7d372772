import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { lookAt, servedBy } from '../../targets/compose-look';
import type { UserError } from '../../base/errors';
import { fakeDocker, type FakeDocker } from '../actions/fake-docker';
import { assertTold } from '../errors/told';
import { fakeSshHost, type FakeSshHost } from '../clients/ssh/fake-ssh-host';

const hash = (character: string): string => `sha256:${character.repeat(64)}`;

/** A container as the engine tells of it. */
function container(
  service: string,
  o: { image?: string; id?: string; state?: object; labels?: object; network?: string },
) {
  return {
    Id: `id-${service}`,
    Name: `/pilot_${service}_1`,
    Image: o.id ?? `image-of-${service}`,
    State: { Status: 'running', Running: true, ExitCode: 0, StartedAt: '2026', ...o.state },
    Config: {
      Image: o.image ?? `registry.example.com/${service}:1`,
      Labels: { 'com.docker.compose.project': 'pilot', 'com.docker.compose.service': service, ...o.labels },
    },
    NetworkSettings: { Networks: { [o.network ?? 'pilot_default']: { IPAddress: '', Aliases: null } } },
  };
}

describe('a look at a compose project on another machine', () => {
  let host: FakeSshHost;
  let docker: FakeDocker | undefined;
  beforeEach(async () => (host = await fakeSshHost()));
  afterEach(async () => {
    docker?.restore();
    docker = undefined;
    await host.stop();
  });

  const text = 'services:\n  api:\n    image: api:1\n\n';
  /** Puts the file there, and makes the engine tell of these containers and images. */
  function machine(containers: object[], images: Record<string, string[] | null>): void {
    fs.writeFileSync(path.join(host.place.folder, 'docker-compose.yml'), text);
    docker = fakeDocker([
      { part: 'ps -aq', stdout: containers.map((_, index) => `c${index}\n`).join('') },
      { part: 'container inspect', stdout: JSON.stringify(containers) },
      {
        part: 'image inspect',
        stdout: JSON.stringify(Object.entries(images).map(([Id, RepoDigests]) => ({ Id, RepoDigests }))),
      },
    ]);
  }

  it('sees the file as it is, byte by byte, and nothing that runs', async () => {
    machine([], {});
    assert.deepEqual(await lookAt(host.place), { text, running: {}, network: undefined });
  });

  it('says in which line a byte is no UTF-8, and sees all the same what runs', async () => {
    machine([container('api', {})], { 'image-of-api': [`registry.example.com/api@${hash('a')}`] });
    const latin1 = Buffer.from('services:\n  # caf\u00e9\n  api:\n    image: api:1\n', 'latin1');
    fs.writeFileSync(path.join(host.place.folder, 'docker-compose.yml'), latin1);
    const { badLine, running } = await lookAt(host.place);
    assert.equal(badLine, 2);
    assert.equal(running['api']?.digest, hash('a'));
  });

  it('knows what runs by the digest that the registry has it under', async () => {
    machine(
      [
        container('api', { image: `registry.example.com/api:1@${hash('a')}` }),
        container('web', {}),
        container('built', {}),
        container('twice', {}),
      ],
      {
        // An image that was pulled from two registries, which have packed it in two ways: the file says which is meant.
        'image-of-api': [`mirror.example.com/api@${hash('b')}`, `registry.example.com/api@${hash('a')}`],
        'image-of-web': [`registry.example.com/web@${hash('c')}`],
        'image-of-built': null,
        'image-of-twice': [`a@${hash('d')}`, `b@${hash('e')}`],
      },
    );
    const { running, network } = await lookAt(host.place);
    assert.deepEqual(
      Object.entries(running).map(([service, { digest }]) => [service, digest]),
      [
        ['api', hash('a')],
        ['web', hash('c')],
        ['built', ''],
        ['twice', ''],
      ],
    );
    assert.deepEqual(running['api'], {
      container: 'pilot_api_1',
      image: `registry.example.com/api:1@${hash('a')}`,
      labels: { 'com.docker.compose.project': 'pilot', 'com.docker.compose.service': 'api' },
      digest: hash('a'),
      instance: 'id-api 2026',
      healthy: true,
    });
    assert.equal(network, 'pilot_default');
  });

  it('does not believe what a file says of an image that is another one', async () => {
    machine([container('api', { image: `registry.example.com/api@${hash('a')}` })], {
      'image-of-api': [`registry.example.com/api@${hash('b')}`],
    });
    assert.equal((await lookAt(host.place)).running['api']?.digest, hash('b'));
  });

  it('takes a service for healthy that its own check says is, or that runs and has none', async () => {
    const health = (Status: string) => ({ Health: { Status, Log: [] } });
    machine(
      [
        container('good', { state: health('healthy') }),
        container('starting', { state: health('starting') }),
        container('bad', { state: health('unhealthy') }),
        container('plain', {}),
        container('ended', { state: { Running: false, Status: 'exited' } }),
        container('again', { state: { Restarting: true } }),
      ],
      {},
    );
    const { running } = await lookAt(host.place);
    const healthy = Object.entries(running).filter(([, one]) => one.healthy);
    assert.deepEqual(
      healthy.map(([service]) => service),
      ['good', 'plain'],
    );
  });

  it('passes over one-off runs, and takes a network of another name where the project has no default one', async () => {
    machine(
      [
        container('api', { network: 'shared' }),
        { ...container('api', { labels: { 'com.docker.compose.oneoff': 'True' } }), Name: '/pilot_api_run_1' },
      ],
      {},
    );
    const { running, network } = await lookAt(host.place);
    assert.deepEqual([running['api']?.container, network], ['pilot_api_1', 'shared']);
  });

  it('tells which file is not there, and what to do', async () => {
    for (const folder of [host.place.folder, `${host.place.folder}/none`]) {
      await assert.rejects(lookAt({ ...host.place, folder }), (error: UserError) => {
        assertTold('noComposeFile', error);
        assert.ok(error.message.startsWith(`127.0.0.1 has no ${folder}/docker-compose.yml that deploy may read: `));
        assert.match(error.message, /No such file|can't cd/);
        return true;
      });
    }
  });
});

describe('what a compose project serves', () => {
  it('is what is healthy, of the services that are asked for', () => {
    const one = { container: 'c', image: '', labels: {}, digest: hash('a'), instance: 'id 2026', healthy: true };
    const look = { text: '', network: 'n', running: { api: one, web: { ...one, healthy: false }, other: one } };
    assert.deepEqual(servedBy(look, ['api', 'web', 'none']), {
      api: { digest: hash('a'), instance: 'id 2026' },
      web: undefined,
      none: undefined,
    });
  });
});
