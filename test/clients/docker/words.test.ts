import assert from 'node:assert/strict';
import { lacksFile } from '../../../clients/docker/build-words';
import { dockerSays, pushedDigest, pushedLayer, type DockerTrouble } from '../../../clients/docker/words';

const digest = `sha256:${'0'.repeat(64)}`;

describe('what engines and the docker client say', () => {
  it('is told by a code', () => {
    const said: Record<DockerTrouble, string[]> = {
      absent: [
        'Error: No such container: sluice-edge',
        'Error response from daemon: No such image: sluice/tools:1',
        'Error response from daemon: get sluice-ledger: no such volume',
        'Error: No such network: sluice',
        'Error response from daemon: reference does not exist',
        'An image does not exist locally with the tag: localhost:5500/api',
      ],
      stopped: [
        'Error response from daemon: Container 496cd5 is not running',
        'runc did not terminate successfully: cannot update a stopped container',
        'Error response from daemon: Cannot update container 1fc765: cannot update a deleted process: unknown',
        'OCI runtime exec failed: cannot exec in a stopped state: unknown',
      ],
      taken: ['Conflict. The container name "/sluice-git" is already in use by container "496cd5"'],
      'port-taken': ['Bind for 127.0.0.1:80 failed: port is already allocated'],
      'disk-full': ['write /var/lib/docker/x: no space left on device'],
      'image-unknown': ['manifest for localhost:5500/api:x not found: manifest unknown: manifest unknown'],
      'login-missing': ['unauthorized: authentication required', 'no basic auth credentials'],
      'engine-away': ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock.'],
      'far-engine-away': [
        'error during connect: Get "http://docker.example.com/v1.41/info": command [ssh -- old docker system dial-stdio]',
      ],
      'not-allowed': ['permission denied while trying to connect to the Docker daemon socket'],
      'in-use': ['remove x: volume is in use - [496cd5]', 'error while removing network: x has active endpoints'],
      'under-way': ['removal of container 496cd5 is already in progress'],
      'not-connected': ['container 496cd5 is not connected to network bridge'],
      'registry-broken': ['received unexpected HTTP status: 500 Internal Server Error'],
      'one-platform': ['multiple platforms feature is currently not supported for docker driver'],
      'other-processor': ['exec /bin/sh: exec format error'],
    };
    for (const [trouble, texts] of Object.entries(said))
      for (const text of texts) assert.ok(dockerSays(text, trouble as DockerTrouble), `${trouble}: ${text}`);
  });

  it('is nothing that a socket or a name that is missing says', () => {
    assert.ok(!dockerSays('dial unix /var/run/docker.sock: connect: no such file or directory', 'absent'));
    assert.ok(!dockerSays('dial tcp: lookup registry.example.com: no such host', 'absent'));
  });

  it('of a push: the digest, and the lines that tell nothing', () => {
    assert.equal(pushedDigest(`latest: digest: ${digest} size: 528\n`), digest);
    assert.equal(pushedDigest('latest'), undefined);
    assert.equal(pushedLayer('0123456789ab: Preparing'), 'waiting');
    assert.equal(pushedLayer('0123456789ab: Retrying in 5 seconds'), 'retrying');
    assert.equal(pushedLayer('0123456789ab: Pushed'), undefined);
  });

  it('of a file that a build was to copy', () => {
    const of = (stderr: string) => lacksFile({ stdout: '', stderr }, '/app/site.zip', 'last');
    assert.ok(of('COPY failed: stat app/site.zip: file does not exist'));
    assert.ok(of(' > [last 1/1] COPY --from=build /app/site.zip /artifact:'));
    assert.ok(!of('COPY failed: stat app/siteXzip: file does not exist'));
  });
});
