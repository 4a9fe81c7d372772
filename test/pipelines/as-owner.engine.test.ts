import assert from 'node:assert/strict';
import { docker } from '../../clients/docker/docker';
import { foundImages } from '../../stacks/images';

describe('a step that runs as the owner of the folder with the state', function () {
  this.timeout(60_000);
  /** Runs a script in the image of steps, as the owner of a folder. @param before what root does first */
  const asOwner = async (owner: string, script: string, before = 'true'): Promise<string[]> => {
    const whole = `mkdir /tmp/home && chown ${owner} /tmp/home && ${before} && sh pipelines/as-owner /tmp/home sh -c '${script}' 2>&1`;
    const image = foundImages()['tools'] ?? '';
    const { stdout } = await docker(['run', '--rm', '--network', 'none', image, 'sh', '-c', whole], {
      allowFailure: true,
    });
    return stdout.trim().split('\n');
  };

  it('is that user and group', async () => {
    assert.deepEqual(await asOwner('4711:4712', 'id -u; id -g'), ['4711', '4712']);
    assert.deepEqual(await asOwner('0:0', 'id -u'), ['0']);
  });

  it('has an empty home that was made for it, and leaves one alone that is somebody’s', async () => {
    const inHome = async (before: string, script: string): Promise<string[]> =>
      asOwner('4711:4712', script, `mkdir /tmp/sluice && ${before} && export SLUICE_HOME=/tmp/sluice`);
    assert.deepEqual(await inHome('true', 'mkdir /tmp/sluice/logs && stat -c %u:%g /tmp/sluice'), ['4711:4712']);
    assert.deepEqual(await inHome('touch /tmp/sluice/passphrase', 'stat -c %u:%g /tmp/sluice'), ['0:0']);
  });

  it('is whoever has made the state in a folder that many share', async () => {
    const before = 'mkdir /tmp/home/.pulumi && chown 4711:4712 /tmp/home/.pulumi';
    assert.deepEqual(await asOwner('0:0', 'id -u; id -g', before), ['4711', '4712']);
  });

  it('can use ssh, whoever that is', async () => {
    for (const owner of ['4711:4712', '1000:1000', '0:0']) {
      const [said = ''] = await asOwner(owner, 'ssh -o BatchMode=yes -p 1 127.0.0.1 true');
      assert.match(said, /^ssh: connect to host 127\.0\.0\.1 port 1: /);
    }
  });
});
