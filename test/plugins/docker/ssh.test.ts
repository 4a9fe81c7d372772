import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { Engine } from '../../../toolchain/plugins/docker/engine';
import { sshArguments, type SshEndpoint } from '../../../toolchain/plugins/docker/ssh';

const endpoint: SshEndpoint = { text: 'ssh://ann@far', kind: 'ssh', destination: 'ann@far', options: ['-o', 'A=b c'] };

/** An `ssh` that brings what it is given to a server of this machine, and notes its arguments in a file. */
const relay = (port: number, log: string): string => `#!${process.execPath}
require('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify(process.argv.slice(2)) + '\\n');
const socket = require('node:net').connect(${port}, '127.0.0.1');
process.stdin.pipe(socket).pipe(process.stdout);
socket.on('close', () => process.exit(0));
`;

describe('the stand-in docker plugin, to an engine by SSH', () => {
  let folder: string;
  let server: http.Server;
  let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;
  const before = process.env['PATH'];
  const put = (text: string): void => fs.writeFileSync(path.join(folder, 'ssh'), text, { mode: 0o755 });
  const calls = (): unknown[] =>
    fs
      .readFileSync(path.join(folder, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);

  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-fake-ssh-'));
    process.env['PATH'] = folder;
    answer = (request, response) => response.setHeader('Api-Version', '1.41').end(JSON.stringify({ at: request.url }));
    server = http.createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    put(relay((server.address() as AddressInfo).port, path.join(folder, 'log')));
  });
  afterEach(() => {
    process.env['PATH'] = before;
    server.closeAllConnections();
    server.close();
    fs.rmSync(folder, { recursive: true });
  });

  it('calls ssh as docker’s own client does', async () => {
    await new Engine(endpoint).json('GET', '/info');
    assert.deepEqual(calls()[0], sshArguments(endpoint));
    assert.deepEqual(sshArguments({ ...endpoint, port: 2222 }), [
      ...['-o', 'A=b c', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30', '-T', '-p', '2222'],
      ...['--', 'ann@far', 'docker', 'system', 'dial-stdio'],
    ]);
  });

  it('keeps a connection from one request to the next', async () => {
    const engine = new Engine(endpoint);
    for (const name of ['a', 'b', 'c']) {
      assert.deepEqual(await engine.json('GET', `/${name}`), { at: `/v1.41/${name}` });
    }
    assert.equal(calls().length, 1);
  });

  it('asks side by side, and again over what it has kept', async () => {
    const engine = new Engine(endpoint);
    const names = ['a', 'b', 'c'];
    for (let round = 0; round < 2; round++) await Promise.all(names.map((name) => engine.json('GET', `/${name}`)));
    assert.ok(calls().length <= names.length);
  });

  it('asks once more where a kept connection has ended', async () => {
    const engine = new Engine(endpoint);
    await engine.json('GET', '/a');
    let times = 0;
    answer = (request, response) => {
      if (times++ === 0) request.socket.destroy();
      else response.end('{"again":true}');
    };
    assert.deepEqual(await engine.json('GET', '/b'), { again: true });
    assert.equal(times, 2);
  });

  it('tells what ssh has said', async () => {
    put('#!/bin/sh\necho "Host key verification failed." >&2\nexit 255\n');
    await assert.rejects(
      new Engine(endpoint).json('GET', '/a'),
      /no Docker engine answers at ssh:\/\/ann@far \(Host key verification failed\.\)/,
    );
  });

  it('says when there is no ssh', async () => {
    fs.rmSync(path.join(folder, 'ssh'));
    await assert.rejects(new Engine(endpoint).json('GET', '/a'), /the ssh client is not installed/);
  });
});
