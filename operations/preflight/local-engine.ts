import { docker } from '../../clients/docker/docker';

/** Whether the Docker client's engine runs on this machine (or in a virtual machine that has this one's ports). */
export async function isLocalEngine(environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const host = environment['DOCKER_HOST'] ?? '';
  if (host !== '') return isSocket(host);
  const { stdout } = await docker(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], {
    allowFailure: true,
  });
  return isSocket(stdout.trim());
}

function isSocket(host: string): boolean {
  return host.startsWith('unix://') || host.startsWith('npipe://');
}
