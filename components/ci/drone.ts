import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import {
  droneFrontConfig,
  frontGitPort,
  frontHookPort,
  frontPort,
  tokenNamesFile,
  tokenNamesProgram,
} from '../../clients/edge/drone-front';
import type { EnginePlatform } from '../../clients/docker/platform';
import { labelList } from '../../clients/docker/labels';
import { Action } from '../action';
import { gitPort, type CiServerAddress, type GitHost } from '../git-hosts/git-host';
import { hardened } from '../hardened';
import { healthCheck, replacedByName } from '../health';
import { ownVolume } from '../own-volume';
import { password } from '../password';
import { answers, proxyContainer } from '../proxy';
import type { CiLogin, CiServer, CiServerPlace } from './ci-server';
import { DroneRunner } from './drone-runner';

/** The user that Drone's server runs as; its image has no user of its own. */
const droneUser = '1000:1000';

/** Arguments of {@link Drone}. */
export interface DroneArgs extends CiServerPlace {
  /** The platform's Docker network. */
  network: pulumi.Input<string>;
  images: {
    /** Drone's server, in the layout of its official image. */
    server: pulumi.Input<string>;
    /** Drone's runner for the Docker engine. */
    runner: pulumi.Input<string>;
    /** HAProxy: the official layout, with a shell and busybox' nc. */
    edge: pulumi.Input<string>;
  };
  /** Address of the machine that the port is bound to. */
  bind: string;
  gitHost: GitHost;
  /** The network of steps, who find neither the platform nor an environment there. */
  stepsNetwork: pulumi.Input<string>;
  /** The engine's own platform. */
  platform: EnginePlatform;
  /** Oldest version of the Docker API that the engine understands. @default '1.12' */
  oldestApi?: string;
  /** Builds at the same time, per runner. @default 2 */
  capacity?: pulumi.Input<number>;
  /** Runners on this engine. @default 1 */
  runners?: number;
  /** The engine's socket as the engine itself sees it. @default '/var/run/docker.sock' */
  engineSocket?: pulumi.Input<string>;
  /** The service that writes every repository's pipeline, instead of the repository's own file. @default none */
  pipelines?: {
    /** `http://sluice-pipelines:3000` */
    endpoint: pulumi.Input<string>;
    /** Shared with the service, which checks Drone's signature with it. */
    secret: pulumi.Input<string>;
  };
  /** MiB for the server. @default 256 */
  memory?: number;
}

/**
 * Drone as the CI server: the server, a front that people reach it through, and runners.
 *
 * People sign in by their account at the git host. Everything that must outlast a restart, the database's key and the
 * sessions' included, is generated once and given.
 */
export class Drone extends pulumi.ComponentResource implements CiServer {
  readonly container: string;
  readonly url: string;
  readonly gitHostUrl: string;
  readonly hookHost: string;
  readonly hookUrl: string;
  readonly login: pulumi.Output<CiLogin>;
  /** Of the server, its front and the runners. */
  readonly containerIds: pulumi.Output<string>[];

  /** The addresses of a Drone that need not be there yet. */
  static address({ instance, port, host }: CiServerPlace): CiServerAddress {
    return {
      container: `${instance}-drone`,
      hookHost: frontName(instance),
      url: `http://${host ?? 'localhost'}:${port}`,
      gitHostUrl: `http://${frontName(instance)}:${frontGitPort}`,
    };
  }

  constructor(name: string, args: DroneArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Drone', name, {}, opts);
    const { container, hookHost, url, gitHostUrl } = Drone.address(args);
    const rpcSecret = password('drone-rpc-secret', this, 32).result;

    const server = this.server(args, rpcSecret);
    const front = this.front(args, server);
    this.containerIds = [server.id, front.id];
    for (let index = 1; index <= (args.runners ?? 1); index++) {
      const runner = new DroneRunner(
        index === 1 ? 'runner' : `runner-${index}`,
        {
          instance: args.instance,
          network: args.network,
          stepsNetwork: args.stepsNetwork,
          image: args.images.runner,
          server: container,
          rpcSecret,
          capacity: args.capacity ?? 2,
          platform: args.platform,
          oldestApi: args.oldestApi,
          engineSocket: args.engineSocket ?? '/var/run/docker.sock',
        },
        { parent: this, dependsOn: [server] },
      );
      this.containerIds.push(runner.containerId);
    }
    const connect = new Action(
      'connect-drone',
      {
        action: 'connect-drone',
        input: pulumi.secret(
          pulumi.output({
            git: args.gitHost.address,
            url,
            container,
            machine: args.gitHost.machine,
            administrators: args.gitHost.login.apply(({ username }) => [username]),
          }),
        ),
        secret: {},
        triggers: [server.id, args.gitHost.database, url],
        secretOutput: true,
      },
      { parent: this, dependsOn: [front] },
    );

    this.container = container;
    this.url = url;
    this.gitHostUrl = gitHostUrl;
    this.hookHost = hookHost;
    this.hookUrl = `http://${hookHost}:${frontHookPort}`;
    this.login = pulumi.secret(
      pulumi.all([args.gitHost.login, connect.output]).apply(([people, { token }]) => ({ ...people, token })),
    );
    this.registerOutputs({ url: this.url, login: this.login });
  }

  private server(args: DroneArgs, rpcSecret: pulumi.Output<string>): docker.Container {
    const { container, hookHost, url } = Drone.address(args);
    const labels = labelList({ instance: args.instance, stack: 'platform', role: 'drone' });
    const volume = new docker.Volume('drone', { name: container, labels }, { parent: this });
    const owned = ownVolume(
      'drone-volume-owner',
      { instance: args.instance, volume: volume.name, user: droneUser, image: args.images.server },
      this,
    );
    const settings = pulumi.all([
      args.gitHost.droneEnvironment,
      args.gitHost.machine,
      rpcSecret,
      // The key of AES-256: 32 bytes.
      password('drone-database-secret', this, 32).result,
      password('drone-cookie-secret', this, 32).result,
      args.pipelines?.endpoint,
      args.pipelines?.secret,
    ]);
    const envs = settings.apply(([gitHost, machine, rpc, database, cookie, endpoint, secret]) =>
      entries({
        DRONE_SERVER_HOST: new URL(url).host,
        DRONE_SERVER_PROTO: 'http',
        DRONE_SERVER_PORT: ':80',
        // Where hooks go.
        DRONE_SERVER_PROXY_HOST: `${hookHost}:${frontHookPort}`,
        DRONE_SERVER_PROXY_PROTO: 'http',
        DRONE_RPC_SECRET: rpc,
        DRONE_DATABASE_DRIVER: 'sqlite3',
        DRONE_DATABASE_DATASOURCE: '/data/database.sqlite',
        DRONE_DATABASE_SECRET: database,
        DRONE_COOKIE_SECRET: cookie,
        // Without a token, which Drone would log.
        DRONE_USER_CREATE: `username:${machine.username},admin:true`,
        DRONE_GIT_ALWAYS_AUTH: 'true',
        DRONE_DATADOG_ENABLED: 'false',
        // A build whose runner was killed holds up its repository: `npm run up` ends it; Drone does after half a day, not 2 days. Not
        // sooner: a delivery that waits for others counts as running from its build on.
        DRONE_CLEANUP_INTERVAL: '10m',
        DRONE_CLEANUP_DEADLINE_RUNNING: '12h',
        ...gitHost,
        ...(endpoint === undefined ? {} : { DRONE_YAML_ENDPOINT: endpoint }),
        ...(secret === undefined ? {} : { DRONE_YAML_SECRET: secret }),
      }),
    );
    return new docker.Container(
      'drone',
      {
        name: container,
        image: args.images.server,
        user: droneUser,
        envs: pulumi.secret(envs),
        labels,
        networksAdvanced: [{ name: args.network }],
        volumes: [{ containerPath: '/data', volumeName: owned }],
        ...hardened({ memory: args.memory ?? 256 }),
        healthcheck: healthCheck('timeout 4 wget -q -O /dev/null http://localhost/healthz'),
        wait: true,
        waitTimeout: 60,
        destroyGraceSeconds: 10,
        mustRun: true,
      },
      { parent: this, ...replacedByName },
    );
  }

  private front(args: DroneArgs, server: docker.Container): docker.Container {
    const gitHost = `${args.gitHost.containerName}:${gitPort}`;
    const { reusesTokenNames } = args.gitHost;
    return proxyContainer(
      'drone-front',
      {
        container: frontName(args.instance),
        labels: { instance: args.instance, stack: 'platform', role: 'drone-front' },
        image: args.images.edge,
        config: droneFrontConfig({
          drone: `${args.instance}-drone`,
          gitHost,
          gitHostForDrone: reusesTokenNames ? Drone.address(args).gitHostUrl : args.gitHost.internalUrl,
          gitHostForPeople: args.gitHost.url,
          reusesTokenNames,
        }),
        ...(reusesTokenNames ? { files: [{ file: tokenNamesFile, content: tokenNamesProgram(gitHost) }] } : {}),
        check: answers(frontPort, '/healthz'),
        networksAdvanced: [{ name: args.network }],
        ports: [{ internal: frontPort, external: args.port, ip: args.bind }],
      },
      { parent: this, dependsOn: [server] },
    );
  }
}

function entries(variables: Record<string, string>): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

/** The container by which everybody reaches Drone but its runners. */
function frontName(instance: string): string {
  return `${instance}-drone-front`;
}
