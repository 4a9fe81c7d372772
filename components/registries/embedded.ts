import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { Login } from '../../actions/lib/http';
import { labelList } from '../../engine/labels';
import { hardened } from '../hardened';
import { healthCheck, replacedByName } from '../health';
import { password } from '../password';
import type { Registry } from './registry';

/** Port on which the registry serves in its container. */
const registryPort = 5000;

/** Folder for what the registry reads at start. */
const configFolder = '/etc/sluice';

/** Arguments of {@link EmbeddedRegistry}. */
export interface EmbeddedRegistryArgs {
  instance: string;
  /** The platform's Docker network. */
  network: pulumi.Input<string>;
  /** A distribution registry whose user can write to /var/lib/registry. */
  image: pulumi.Input<string>;
  /** Address of the machine that the port is bound to. */
  bind: string;
  /** Port of the machine. Not 5000, which macOS holds. */
  port: number;
  /**
   * The machine's name in image names. Engines speak plain HTTP to localhost only.
   * @default 'localhost'
   */
  host?: string;
  /** The one account. @default 'sluice-push' */
  username?: string;
  /** MiB. @default 256 */
  memory?: number;
}

/**
 * A container registry of the platform's own: one account with a generated password, images on a volume of its own,
 * deletions allowed.
 */
export class EmbeddedRegistry extends pulumi.ComponentResource implements Registry {
  readonly containerName: string;
  readonly address: string;
  readonly url: string;
  readonly internalUrl: string;
  readonly login: pulumi.Output<Login>;
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: EmbeddedRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:EmbeddedRegistry', name, {}, opts);
    const labels = labelList({ instance: args.instance, stack: 'platform', role: 'registry' });
    const username = args.username ?? 'sluice-push';
    const secret = password('registry-password', this);
    const volume = new docker.Volume('registry', { name: `${args.instance}-registry`, labels }, { parent: this });
    const container = new docker.Container(
      'registry',
      {
        name: `${args.instance}-registry`,
        image: args.image,
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
            content: secret.bcryptHash.apply((hash) => `${username}:${hash}\n`),
          },
        ],
        labels,
        networksAdvanced: [{ name: args.network }],
        ports: [{ internal: registryPort, external: args.port, ip: args.bind }],
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

    this.containerName = `${args.instance}-registry`;
    this.address = `${args.host ?? 'localhost'}:${args.port}`;
    this.url = `http://${this.address}`;
    this.internalUrl = `http://${this.containerName}:${registryPort}`;
    this.login = pulumi.secret(secret.result.apply((value) => ({ username, password: value })));
    this.ready = container.id;
    this.registerOutputs({ address: this.address, url: this.url, login: this.login });
  }
}
