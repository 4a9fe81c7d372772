import { docker } from '../../clients/docker/docker';
import { which } from '../../base/process';

/**
 * The Docker context that the machine's user has chosen (`docker context use`), said in the way that Pulumi's docker plugin understands: the
 * official one looks at DOCKER_HOST and DOCKER_CONTEXT, and not at the client's own settings.
 * @returns what to add to Pulumi's environment; nothing for the usual engine, and where a variable names one already
 */
export async function chosenContext(
  environment: NodeJS.ProcessEnv,
  call: typeof docker = docker,
): Promise<NodeJS.ProcessEnv> {
  const isNamed = ['DOCKER_HOST', 'DOCKER_CONTEXT'].some((name) => (environment[name] ?? '') !== '');
  if (isNamed || which('docker', environment) === undefined) return {};
  const { code, stdout } = await call(['context', 'inspect', '--format', '{{.Name}}'], { allowFailure: true });
  const name = stdout.trim();
  return code !== 0 || name === '' || name === 'default' ? {} : { DOCKER_CONTEXT: name };
}
