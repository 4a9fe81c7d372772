import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  resolveEndpoint,
  type Endpoint,
  type EndpointSettings,
  type EndpointFacts,
} from '../../../toolchain/plugins/docker/endpoint';

const idOf = (name: string): string => createHash('sha256').update(name).digest('hex');
const machine = (environment: NodeJS.ProcessEnv = {}, files: Record<string, unknown> = {}): EndpointFacts => ({
  environment,
  home: '/home/anna',
  read: (file) => (file in files ? JSON.stringify(files[file]) : undefined),
});
const meta = (
  name: string,
  Host: string,
  more: object = {},
  folder = '/home/anna/.docker',
): Record<string, unknown> => ({
  [`${folder}/contexts/meta/${idOf(name)}/meta.json`]: { Name: name, Endpoints: { docker: { Host, ...more } } },
});
const current = (name: string): Record<string, unknown> => ({
  '/home/anna/.docker/config.json': { currentContext: name },
});
const socket = (path: string): Endpoint => ({ text: `unix://${path}`, kind: 'socket', path });

describe('plugins: which engine is meant', () => {
  const cases: [string, EndpointSettings, EndpointFacts, Endpoint][] = [
    ['nothing said: the usual socket', {}, machine(), socket('/var/run/docker.sock')],
    [
      'DOCKER_HOST',
      {},
      machine({ DOCKER_HOST: 'unix:///run/user/7/docker.sock' }, { ...current('far'), ...meta('far', 'ssh://x') }),
      socket('/run/user/7/docker.sock'),
    ],
    [
      'the host of the provider before DOCKER_HOST',
      { host: 'unix:///a' },
      machine({ DOCKER_HOST: 'unix:///b' }),
      socket('/a'),
    ],
    [
      'the context of the provider before its host',
      { host: 'unix:///a', context: 'near' },
      machine({}, meta('near', 'unix:///c')),
      socket('/c'),
    ],
    ['the current context', {}, machine({}, { ...current('near'), ...meta('near', 'unix:///c') }), socket('/c')],
    [
      'DOCKER_CONTEXT before the current context',
      {},
      machine({ DOCKER_CONTEXT: 'near' }, { ...current('far'), ...meta('near', 'unix:///c') }),
      socket('/c'),
    ],
    ['the context "default"', {}, machine({}, current('default')), socket('/var/run/docker.sock')],
    [
      'settings in another folder',
      { context: 'near' },
      machine({ DOCKER_CONFIG: '/etc/docks' }, meta('near', 'unix:///c', {}, '/etc/docks')),
      socket('/c'),
    ],
    [
      'a named pipe',
      { host: 'npipe:////./pipe/docker_engine' },
      machine(),
      { text: 'npipe:////./pipe/docker_engine', kind: 'socket', path: '//./pipe/docker_engine' },
    ],
    [
      'tcp',
      { host: 'tcp://10.0.0.1:4000' },
      machine(),
      { text: 'tcp://10.0.0.1:4000', kind: 'tcp', host: '10.0.0.1', port: 4000 },
    ],
    [
      'tcp on its usual port',
      { host: 'tcp://[::1]' },
      machine(),
      { text: 'tcp://[::1]', kind: 'tcp', host: '::1', port: 2375 },
    ],
    [
      'tcp with certificates',
      { host: 'tcp://build.test', certPath: '/certs' },
      machine(),
      { text: 'tcp://build.test', kind: 'tcp', host: 'build.test', port: 2376, tls: { folder: '/certs' } },
    ],
    [
      'a context with certificates',
      { context: 'far' },
      machine(
        {},
        {
          ...meta('far', 'tcp://build.test:2376', { SkipTLSVerify: true }),
          [`/home/anna/.docker/contexts/tls/${idOf('far')}/docker/ca.pem`]: 'PEM',
        },
      ),
      {
        text: 'tcp://build.test:2376',
        kind: 'tcp',
        host: 'build.test',
        port: 2376,
        tls: { folder: `/home/anna/.docker/contexts/tls/${idOf('far')}/docker`, skipVerify: true },
      },
    ],
    [
      'ssh',
      { host: 'ssh://anna@build.test:2222', sshOptions: ['-o', 'StrictHostKeyChecking=no'] },
      machine(),
      {
        text: 'ssh://anna@build.test:2222',
        kind: 'ssh',
        destination: 'anna@build.test',
        port: 2222,
        options: ['-o', 'StrictHostKeyChecking=no'],
      },
    ],
    [
      'ssh at an IPv6 address',
      { host: 'ssh://anna@[2001:db8::7]' },
      machine(),
      { text: 'ssh://anna@[2001:db8::7]', kind: 'ssh', destination: 'anna@2001:db8::7', options: [] },
    ],
  ];
  for (const [title, settings, where, expected] of cases) {
    it(title, () => assert.deepEqual(resolveEndpoint(settings, where), expected));
  }

  it('a context that does not exist: says so', () => {
    assert.throws(() => resolveEndpoint({ context: 'none' }, machine()), /the Docker context "none" does not exist/);
  });

  it('an address that is none: says so', () => {
    assert.throws(() => resolveEndpoint({ host: 'docker.sock' }, machine()), /"docker.sock" is not the address/);
    assert.throws(() => resolveEndpoint({ host: 'ftp://x' }, machine()), /"ftp:\/\/x" is not an address/);
  });
});
