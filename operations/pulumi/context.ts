import { docker } from '../../clients/docker/docker';
import { which } from '../../base/process';

/**
 * The engine of the Docker context that the machine's user has chosen (`docker context use`, DOCKER_CONTEXT), said in the way that Pulumi's
 * docker plugin understands. The official one does not look at the client's settings, and takes DOCKER_CONTEXT for the engine of every
 * provider, those of other machines included; DOCKER_HOST is for those alone that name no engine.
 * @returns what to add to Pulumi's environment; nothing for the usual engine, where DOCKER_HOST names one, and for one with TLS, which takes
 *   more than an address
 */
export async function chosenEngine(
  environment: NodeJS.ProcessEnv,
  call: typeof docker = docker,
): Promise<{ DOCKER_HOST?: string }> {
  if ((environment['DOCKER_HOST'] ?? '') !== '' || which('docker', environment) === undefined) return {};
  const format = '{{.Name}} {{.Endpoints.docker.Host}} {{json .TLSMaterial}}';
  const { code, stdout } = await call(['context', 'inspect', '--format', format], { allowFailure: true });
  const [name = '', host = '', tls = ''] = stdout.trim().split(' ');
  return code !== 0 || name === 'default' || host === '' || tls !== '{}' ? {} : { DOCKER_HOST: host };
}
