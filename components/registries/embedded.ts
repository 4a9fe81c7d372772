import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { RandomPassword } from '@pulumi/random';
import { gatewayRegistryPort } from '../../clients/edge/gateway';
import { labelList } from '../../clients/docker/labels';
import { registryFrontConfig, registryPort, registryRoles, type RegistryRole } from '../../clients/edge/registry-front';
import { gatewayName } from '../ci/gateway';
import { hardened } from '../hardened';
import { healthCheck, replacedByName } from '../health';
import { password } from '../password';
import { answers, proxyContainer } from '../proxy';
import type { Registry, RegistryArgs, RegistryLogins } from './registry';

/** Folder for what the registry reads at start. */
const configFolder = '/etc/sluice';

/**
 * A container registry of the platform's own: an account with a generated password for each role, images on a volume of
 * its own, deletions allowed.
 *
 * The registry knows accounts but no roles, so it stands in a network of its own behind a front that does.
 */
export class EmbeddedRegistry extends pulumi.ComponentResource implements Registry {
  readonly containerName: string;
  readonly address: string;
  readonly url: string;
  readonly stepsUrl: string;
  readonly behindGateway: string;
  readonly containerIds: pulumi.Output<string>[];
  readonly logins: pulumi.Output<RegistryLogins>;
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:EmbeddedRegistry', name, {}, opts);
    this.containerName = `${args.instance}-registry`;
    const passwords = byRole((role) => password(`registry-${role}-password`, this));
    const network = new docker.Network(
      'registry',
      {
        name: this.containerName,
        internal: true,
        labels: labelList({ instance: args.instance, stack: 'platform', role: 'network' }),
      },
      { parent: this },
    ).name;
    const store = this.store(args, network, passwords);
    const front = this.front(args, network, store);

    this.address = `${args.host ?? 'localhost'}:${args.port}`;
    this.url = `http://${this.address}`;
    this.stepsUrl = `http://${gatewayName(args.instance)}:${gatewayRegistryPort}`;
    this.behindGateway = `${this.containerName}:${registryPort}`;
    this.containerIds = [store.id, front.id];
    this.logins = pulumi.secret(
      pulumi
        .all(registryRoles.map((role) => passwords[role].result))
        .apply((values) =>
          byRole((role) => ({ username: accounts[role], password: values[registryRoles.indexOf(role)] ?? '' })),
        ),
    );
    this.ready = pulumi.all([store.id, front.id]).apply(([id]) => id);
    this.registerOutputs({ address: this.address, url: this.url, logins: this.logins });
  }

  private store(
    args: RegistryArgs,
    network: pulumi.Output<string>,
    passwords: Record<RegistryRole, RandomPassword>,
  ): docker.Container {
    const labels = labelList({ instance: args.instance, stack: 'platform', role: 'registry-store' });
    const volume = new docker.Volume('registry', { name: this.containerName, labels }, { parent: this });
    const hashes = pulumi.all(registryRoles.map((role) => passwords[role].bcryptHash));
    return new docker.Container(
      'registry-store',
      {
        name: `${this.containerName}-store`,
        image: args.images.registry,
        envs: [
          // Without it an upload that outlasts a restart is refused.
          pulumi.secret(pulumi.interpolate`REGISTRY_HTTP_SECRET=${password('registry-http-secret', this, 32).result}`),
          'REGISTRY_AUTH=htpasswd',
          'REGISTRY_AUTH_HTPASSWD_REALM=Sluice',
          `REGISTRY_AUTH_HTPASSWD_PATH=${configFolder}/htpasswd`,
          `REGISTRY_HTTP_ADDR=:${registryPort}`,
          'REGISTRY_LOG_LEVEL=warn',
          'REGISTRY_LOG_ACCESSLOG_DISABLED=true',
          'REGISTRY_STORAGE_DELETE_ENABLED=true',
          'REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/var/lib/registry',
          // Version 3 would look for a collector of traces.
          'OTEL_TRACES_EXPORTER=none',
        ],
        uploads: [
          {
            file: `${configFolder}/htpasswd`,
            content: hashes.apply((all) =>
              registryRoles.map((role, i) => `${accounts[role]}:${all[i] ?? ''}\n`).join(''),
            ),
          },
        ],
        labels,
        networksAdvanced: [{ name: network }],
        volumes: [{ containerPath: '/var/lib/registry', volumeName: volume.name }],
        ...hardened({ memory: args.memory ?? 256, writableRoot: true }),
        // A store that can't be written to would fail every push, so it counts as ill.
        healthcheck: healthCheck(
          `test -w /var/lib/registry && timeout 4 wget -q -O /dev/null http://localhost:${registryPort}/`,
        ),
        wait: true,
        waitTimeout: 60,
        destroyGraceSeconds: 10,
        mustRun: true,
      },
      { parent: this, ...replacedByName },
    );
  }

  private front(args: RegistryArgs, network: pulumi.Output<string>, store: docker.Container): docker.Container {
    return proxyContainer(
      'registry',
      {
        container: this.containerName,
        labels: { instance: args.instance, stack: 'platform', role: 'registry' },
        image: args.images.edge,
        config: registryFrontConfig({ store: `${this.containerName}-store:${registryPort}`, accounts }),
        check: answers(registryPort, '/'),
        networksAdvanced: [{ name: args.network }, { name: network }],
        ports: [{ internal: registryPort, external: args.port, ip: args.bind }],
      },
      { parent: this, dependsOn: [store] },
    );
  }
}

/** The accounts' names. */
const accounts: Record<RegistryRole, string> = byRole((role) => `sluice-${role}`);

function byRole<T>(make: (role: RegistryRole) => T): Record<RegistryRole, T> {
  return Object.fromEntries(registryRoles.map((role) => [role, make(role)])) as Record<RegistryRole, T>;
}
