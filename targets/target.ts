import { inspectContainer, type OnEngine } from '../clients/docker/docker';
import { served } from '../clients/edge/serving';
import { ssh } from '../clients/ssh/ssh';
import { foundImages } from '../base/found-images';
import { codesIn, withoutCodes } from '../base/codes';
import { ActionFailed, nextLine } from '../base/errors';
import type { ServedRelease } from '../releases/served';
import { pullScript } from './compose-deploy';
import { lookAt, servedBy } from './compose-look';
import { ledgerOf, type LedgerAccess, type LedgerPlace } from './place';
import type { EdgedEnvironment, Upstream } from './upstream';

/** Where checks of an environment run, and under which addresses they find its services. */
export interface CheckPlace {
  /** The engine that runs them. */
  on: OnEngine;
  /** The image that they run in, as that engine has it. */
  image: string;
  network: string;
  /** Address by service. */
  urls: Record<string, string>;
}

/** An environment where it runs, whatever it is there: for the gate that tests it, for its own watch, and for people who check by hand. */
export interface Target {
  /** The engine that it runs on, as the docker client is told. */
  readonly on: OnEngine;
  /** Where its ledger is. */
  readonly ledger: LedgerPlace;
  /** What it serves now, by service. */
  served(): Promise<Record<string, ServedRelease | undefined>>;
  /**
   * Makes ready for checks beside it.
   * @param services those that an edge answers for
   * @throws ActionFailed when they can't run there
   */
  checksBeside(services: readonly string[]): Promise<CheckPlace>;
}

/** An environment with edges, on the engine of its platform. */
class OnPlatformEngine implements Target {
  readonly on = {};

  constructor(
    private readonly own: EdgedEnvironment,
    readonly ledger: LedgerPlace,
  ) {}

  served(): Promise<Record<string, ServedRelease | undefined>> {
    return served({ ...this.own, on: this.on });
  }

  async checksBeside(services: readonly string[]): Promise<CheckPlace> {
    const image = await toolsImage(this.own.instance);
    const urls = Object.fromEntries(services.map((service) => [service, `http://${service}`]));
    return { on: this.on, image, network: this.own.network, urls };
  }
}

/** An environment on another machine. */
abstract class OnMachine implements Target {
  readonly on: OnEngine;

  constructor(
    protected readonly where: Upstream,
    readonly ledger: LedgerPlace,
  ) {
    this.on = { host: where.ssh };
  }

  abstract served(): Promise<Record<string, ServedRelease | undefined>>;
  /** Whether its folder there is Sluice's own. */
  protected abstract readonly ownsFolder: boolean;
  /** The Docker network that all of it is in. */
  protected abstract network(): Promise<string>;
  /** Where a check finds a service in that network. */
  protected abstract address(service: string, port: number): string;

  async checksBeside(): Promise<CheckPlace> {
    const { folder, ports, registry, ssh: host, tools } = this.where;
    if (tools === '') {
      throw new ActionFailed(
        `checks can't run on ${host.host}: the platform has not published their image yet\n` +
          nextLine('npm run up, without a stack: the platform publishes it'),
      );
    }
    const network = await this.network();
    const input = pullScript({ folder, makesFolder: this.ownsFolder, image: tools, registry });
    const { code, stderr } = await ssh(host, 'sh -s', { input, timeoutSeconds: 600 });
    if (code !== 0) {
      throw new ActionFailed(
        `checks can't run on ${host.host}: ${withoutCodes(stderr).trim()}`,
        codesIn(stderr).map((told) => told.code),
      );
    }
    const urls = Object.entries(ports).map(([service, port]) => [service, this.address(service, port)]);
    return { on: this.on, image: tools, network, urls: Object.fromEntries(urls) as Record<string, string> };
  }
}

/** An environment that Sluice has declared on another machine's engine. */
class OnMachineEngine extends OnMachine {
  protected readonly ownsFolder = true;

  constructor(
    where: Upstream,
    ledger: LedgerPlace,
    private readonly own: EdgedEnvironment,
  ) {
    super(where, ledger);
  }

  served(): Promise<Record<string, ServedRelease | undefined>> {
    return served({ ...this.own, on: this.on });
  }

  protected network(): Promise<string> {
    return Promise.resolve(this.own.network);
  }

  /** Its edge answers for a service on the port of the web. */
  protected address(service: string): string {
    return `http://${service}`;
  }
}

/** A compose project on another machine. */
class InProject extends OnMachine {
  protected readonly ownsFolder = false;

  async served(): Promise<Record<string, ServedRelease | undefined>> {
    return servedBy(await lookAt(this.where), Object.keys(this.where.ports));
  }

  protected async network(): Promise<string> {
    const { network } = await lookAt(this.where);
    if (network !== undefined) return network;
    throw new ActionFailed(`nothing runs in ${this.where.folder} on ${this.where.ssh.host}`);
  }

  /** Each answers itself. */
  protected address(service: string, port: number): string {
    return `http://${service}:${port}`;
  }
}

/**
 * The image that checks run in on the platform's engine: of the container that has it there for pipelines, by its id, since a name may stand for
 * another image by now; else what the platform was last brought up with.
 */
async function toolsImage(instance: string): Promise<string> {
  return (await inspectContainer(`${instance}-pipelines`))?.Image ?? foundImages()['tools'] ?? '';
}

/**
 * An environment by what its platform and its stack tell of it.
 * @param own its names, as they are on the platform's engine
 * @param access how the ledgers of its platform are reached
 * @param where of one on another machine, what its stack's output `place` tells
 */
export function targetOf(own: EdgedEnvironment, access: LedgerAccess, where?: Upstream): Target {
  const ledger = ledgerOf(access, own.environment, where);
  if (where === undefined) return new OnPlatformEngine(own, ledger);
  return where.engine === undefined ? new InProject(where, ledger) : new OnMachineEngine(where, ledger, where.engine);
}
