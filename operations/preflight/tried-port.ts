import { randomBytes } from 'node:crypto';
import { docker, type OnEngine } from '../../clients/docker/docker';
import { dockerSays } from '../../clients/docker/words';

/**
 * Whether something keeps an engine from publishing a port: found out by having it do so for a moment. Who that is an engine does not tell.
 * An engine without any image counts every port as free.
 * @param of what the container's name begins with
 */
export async function isTakenOnEngine(on: OnEngine, bind: string, port: number, of: string): Promise<boolean> {
  const images = await docker(['image', 'ls', '--quiet'], { ...on, allowFailure: true, timeoutSeconds: 60 });
  const [image = ''] = images.stdout.split('\n');
  if (image === '') return false;
  const name = `${of}-port-${randomBytes(6).toString('hex')}`;
  const address = bind.includes(':') ? `[${bind}]` : bind;
  // The port comes before the program: whatever the image is, that need not be there.
  const { stderr } = await docker(
    [
      ...['run', '--rm', '--name', name, '--publish', `${address}:${port}:80/tcp`],
      ...['--user', '65534:65534', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only'],
      ...['--memory', '64m', '--memory-swap', '64m', '--pids-limit', '32', '--cpu-shares', '1024'],
      ...['--ulimit', 'core=0', '--ulimit', 'nofile=1024', '--restart', 'no', '--entrypoint', 'true', image],
    ],
    { ...on, allowFailure: true, timeoutSeconds: 60 },
  );
  await docker(['rm', '--force', name], { ...on, allowFailure: true, timeoutSeconds: 60 });
  return dockerSays(stderr, 'port-taken');
}
