import { inspectContainer, listContainers, type ContainerInfo } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import type { SshConnection } from '../../clients/ssh/ssh';
import type { LedgerRecord } from '../../releases/ledger';
import { exampleStack } from '../docs/add-example';
import { ports, prefix, setIn } from '../end-to-end/isolate';
import { recordsOf } from '../end-to-end/ledgers';
import { theWorld, type World } from '../end-to-end/world';
import { gitLabTeam, type GitLabTeam } from '../gitlab/team';
import { startSshHost, type SshHost } from '../ssh-host';
import { startLoginRegistry, type LoginRegistry } from '../ssh-host/registry';
import { OtherMachine } from './machine';

export type Environment = 'staging' | 'production';

/**
 * The team of docs/examples/ssh-docker: staging on an engine of its own, so that nothing which looks for it on this machine's finds it;
 * production on this machine's, through SSH all the same.
 */
export class TeamWithMachines {
  private constructor(
    readonly world: World,
    readonly registry: LoginRegistry,
    /** Where staging is. */
    readonly far: OtherMachine,
    /** Where production is. */
    readonly near: SshHost,
    readonly app: GitLabTeam['app'],
    readonly runner: GitLabTeam['runner'],
  ) {}

  static async start(): Promise<TeamWithMachines> {
    const world = await theWorld();
    const registry = await startLoginRegistry('sd');
    const far = await OtherMachine.start('far', registry.address);
    const near = await startSshHost({ name: 'near' });
    await letIn(near, far.ssh);
    const own = (environment: Environment, place: SshConnection): Record<string, unknown> => {
      const { target, services, ...others } = exampleStack('ssh-docker', environment) as Record<string, object>;
      const discounts = { ...(services as { discounts: object }).discounts, port: portOf(environment) };
      return { ...others, target: { ...target, ...place }, services: { discounts } };
    };
    const { app, runner } = await gitLabTeam({
      world,
      registry,
      variables: { SSH_PRIVATE_KEY: far.ssh.privateKey },
      stacks: {
        platform: { ...exampleStack('ssh-docker', 'platform'), prefix, registryNamespace: 'sluice-test-sd' },
        staging: own('staging', far.ssh.place),
        production: own('production', near.place),
      },
    });
    return new TeamWithMachines(world, registry, far, near, app, runner);
  }

  async stop(): Promise<void> {
    await this.far.stop();
    await this.near.stop();
    await this.registry.stop();
  }

  /** Says in staging's file that it is on this machine. */
  moveStaging(place: SshConnection): void {
    for (const key of ['host', 'port', 'user', 'hostKey'] as const)
      setIn(this.world.clone, 'staging', ['sluice:target', key], place[key]);
  }

  /** What people get. */
  async says(environment: Environment): Promise<string> {
    const port = portOf(environment);
    return environment === 'staging' ? this.far.ask(port) : (await fetch(`http://127.0.0.1:${port}/`)).text();
  }

  /** Names of all containers of the far machine. */
  async farContainers(): Promise<string[]> {
    const { stdout } = await this.far.docker('ps', '--all', '--format', '{{.Names}}');
    return stdout.split('\n').filter((name) => name !== '');
  }

  /** The release's container of production. */
  async release(): Promise<ContainerInfo | undefined> {
    return inspectContainer((await containersHere('production', 'release')).join(' '));
  }

  /** An environment's ledger, wherever that runs. */
  ledger(environment: Environment): Promise<LedgerRecord[]> {
    return recordsOf(this.world, environment);
  }
}

/** The port that an environment is reached on. */
export function portOf(environment: Environment): number {
  return ports[environment].discounts;
}

/** One key for all machines, as the jobs have one variable. */
export async function letIn(machine: SshHost, far: SshHost): Promise<void> {
  const key = await far.read('/home/deploy/.ssh/authorized_keys');
  await machine.run('cat >> /home/deploy/.ssh/authorized_keys', { input: `${key.trim()}\n` });
}

/** Ids of an environment's containers on this machine's engine. @param role of all roles by default */
export async function containersHere(environment: Environment, role?: string): Promise<string[]> {
  const of = [`${labels.instance}=${prefix}`, `${labels.stack}=${environment}`];
  if (role !== undefined) of.push(`${labels.role}=${role}`);
  return (await listContainers(of)).map(({ Id }) => Id);
}
