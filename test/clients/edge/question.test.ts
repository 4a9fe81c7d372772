import assert from 'node:assert/strict';
import { ask, readAnswer } from '../../../clients/edge/question';
import { fakeDocker } from '../../actions/fake-docker';

describe('question to a program', () => {
  it('is answered by any status of HTTP', () => {
    for (const status of [200, 302, 401, 404, 500, 503]) {
      assert.deepEqual(readAnswer(`HTTP/1.1 ${status}`), { status });
      assert.deepEqual(readAnswer(`HTTP/1.0 ${status}`), { status });
    }
  });

  it('is not answered by what is no HTTP/1, nor by nothing', () => {
    for (const said of [
      'SSH-2.0-Open',
      'HTTP/1.1',
      'HTTP/2.0 200',
      '\u0015\u0003\u0003\u0000\u0002\u00022',
      ' HTTP/1.1 20',
    ]) {
      assert.deepEqual(readAnswer(said), { said });
    }
    assert.equal(readAnswer(''), undefined);
  });

  it('is one request, asked from where the edge stands', async () => {
    const docker = fakeDocker([{ part: 'exec', stdout: 'HTTP/1.1 204' }]);
    try {
      const question = { from: 'edge', address: '10.0.0.2', port: 8080, host: 'discounts', path: '/health' };
      assert.deepEqual(await ask(question, 4.2), { status: 204 });
      const [{ args } = { args: [] }] = docker.calls();
      assert.deepEqual(args.slice(0, 4), ['exec', 'edge', 'sh', '-c']);
      assert.deepEqual(args.slice(5), [
        'sh',
        'GET /health HTTP/1.1\r\nHost: discounts\r\nUser-Agent: sluice\r\nAccept: */*\r\nConnection: close\r\n\r\n',
        ...['10.0.0.2', '8080', '5'],
      ]);
    } finally {
      docker.restore();
    }
  });

  it('is an error, and no silence, where there is no edge to ask from', async () => {
    const docker = fakeDocker([{ part: 'exec', code: 1, stderr: 'Error: No such container: edge' }]);
    try {
      const question = { from: 'edge', address: '10.0.0.2', port: 8080, host: 'discounts', path: '/' };
      await assert.rejects(ask(question, 1), /No such container: edge/);
    } finally {
      docker.restore();
    }
  });
});
