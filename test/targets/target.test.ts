import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { targetOf } from '../../targets/target';
import type { Upstream } from '../../targets/upstream';
import { ActionFailed } from '../../base/errors';
import { assertTold } from '../errors/told';
import { fakeSshHost, type FakeSshHost } from '../clients/ssh/fake-ssh-host';
import { fakeDocker, type FakeDocker } from '../actions/fake-docker';
import { access } from './store-home';

const digest = `sha256:${'a'.repeat(64)}`;
const tools = `registry.example.com/sluice-deploy@${digest}`;
const running = {
  Id: 'id',
  Name: '/pilot_api_1',
  Image: 'image',
  State: { Status: 'running', Running: true, ExitCode: 0, StartedAt: '2026' },
  Config: {
    Image: `registry.example.com/api@${digest}`,
    Labels: { 'com.docker.compose.project': 'pilot', 'com.docker.compose.service': 'api' },
  },
  NetworkSettings: { Networks: { pilot_default: { IPAddress: '', Aliases: null } } },
};

describe('an environment that is a compose project on another machine', () => {
  let host: FakeSshHost;
  let docker: FakeDocker;
  beforeEach(async () => {
    host = await fakeSshHost();
    fs.writeFileSync(path.join(host.place.folder, 'docker-compose.yml'), 'services: {}\n');
  });
  afterEach(async () => {
    docker.restore();
    await host.stop();
  });

  const upstream = (more: Partial<Upstream> = {}): Upstream => ({
    ...host.place,
    ports: { api: 8080, web: 3000 },
    tools,
    registry: { host: 'registry.example.com', username: 'robot', password: 'pa55-to-pull' },
    ...more,
  });
  const names = { instance: 'shop', environment: 'pilot', edge: '', network: '' };
  const target = (more?: Partial<Upstream>) => targetOf(names, access, upstream(more));
  /** An engine in which this container runs, and which answers so besides. */
  const engine = (...answers: Parameters<typeof fakeDocker>[0]): void => {
    docker = fakeDocker([
      ...answers,
      { part: 'ps -aq', stdout: 'c\n' },
      { part: 'container inspect', stdout: JSON.stringify([running]) },
      { part: 'image inspect image', stdout: JSON.stringify([{ Id: 'image', RepoDigests: [`api@${digest}`] }]) },
    ]);
  };

  it('serves what runs there', async () => {
    engine();
    assert.deepEqual(await target().served(), {
      api: { digest, instance: 'id 2026' },
      web: undefined,
    });
  });

  it('gets the image that checks run in; they ask services by name and port', async () => {
    engine({ part: `image inspect ${tools}`, code: 1 });
    assert.deepEqual(await target().checksBeside([]), {
      on: { host: host.place.ssh },
      image: tools,
      network: 'pilot_default',
      urls: { api: 'http://api:8080', web: 'http://web:3000' },
    });
    const calls = docker.calls().map(({ args }) => args.join(' '));
    assert.ok(calls.includes(`pull --quiet ${tools}`), calls.join('\n'));
    assert.ok(calls.includes('login --username robot --password-stdin registry.example.com'));
    // A password is in nobody's list of processes, and no folder keeps one.
    assert.ok(![...calls, ...host.commands].some((line) => line.includes('pa55')));
    const left = fs.readdirSync(path.join(host.place.folder, '.sluice'));
    assert.deepEqual(left, ['said']);
  });

  it('pulls nothing that is there already', async () => {
    engine();
    await target().checksBeside([]);
    assert.ok(!docker.calls().some(({ args }) => ['pull', 'login'].includes(args[0] ?? '')));
  });

  it('fails when the image can’t be had', async () => {
    engine({ part: `image inspect ${tools}`, code: 1 }, { part: 'pull', stderr: 'manifest unknown\n', code: 1 });
    await assert.rejects(target().checksBeside([]), (error: Error) => {
      assert.ok(error instanceof ActionFailed);
      assert.equal(error.message, `checks can't run on 127.0.0.1: ${tools} can't be pulled: manifest unknown`);
      return true;
    });
  });

  it('fails when nothing runs there, or there is no image for checks', async () => {
    engine({ part: 'ps -aq', stdout: '' });
    await assert.rejects(target().checksBeside([]), /nothing runs in .* on 127\.0\.0\.1/);
    await assert.rejects(target({ tools: '' }).checksBeside([]), (error: Error) => {
      const [message = '', next = ''] = error.message.split('\n  next: ');
      assertTold('checksUnpublished', { message, next });
      return true;
    });
  });
});
