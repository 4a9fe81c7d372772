import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

/** What tells Docker's provider which engine it is; nothing for this process's own. */
export type EngineAddress = Pick<docker.ProviderArgs, 'host' | 'sshOpts'>;

/**
 * Docker's provider. Which engine is this process's own is no input of it: terminals and pipeline steps each have their own way to it
 * (DOCKER_HOST, a context, the socket), which the provider's plugin finds as Docker's client does. The SDK would write DOCKER_HOST into the
 * inputs, and whoever comes next by another way would change the provider back.
 */
export function engineProvider(
  name: string,
  { host, sshOpts, registryAuth }: EngineAddress & Pick<docker.ProviderArgs, 'registryAuth'>,
  opts: pulumi.ResourceOptions = {},
): docker.Provider {
  const withoutOwnAddress: pulumi.ResourceTransformation = ({ props, opts }) => ({
    props: { ...(props as Record<string, unknown>), host },
    opts,
  });
  return new docker.Provider(
    name,
    { sshOpts, registryAuth },
    { ...opts, transformations: [...(opts.transformations ?? []), withoutOwnAddress] },
  );
}
