import assert from 'node:assert/strict';
import { docker } from '../../../clients/docker/docker';
import { fakeDocker } from '../../actions/fake-docker';

describe('a docker command that fails', () => {
  const oci = 'OCI runtime exec failed: exec failed: unable to start container process: resource unavailable';
  for (const [what, answer, message] of [
    ['the last it has said', { stderr: 'one\ntwo\n', code: 1 }, 'docker exec -i edge: one\ntwo'],
    ['what kept a command from starting', { stdout: `${oci}\r\n`, code: 126 }, `docker exec -i edge: ${oci}`],
    ['nothing of what it has printed else', { stdout: 'pa55\n', code: 3 }, 'docker exec -i edge: exit code 3'],
  ] as const) {
    it(`tells ${what}`, async () => {
      const client = fakeDocker([{ part: 'exec', ...answer }]);
      try {
        await assert.rejects(docker(['exec', '-i', 'edge', 'sh']), { name: 'DockerError', message });
      } finally {
        client.restore();
      }
    });
  }
});
