import type * as pulumi from '@pulumi/pulumi';
import type { ActionOutput } from '../../actions/contract';
import type { servingContainers } from '../../clients/edge/serving';
import type { machineMark } from '../../clients/docker/machine-mark';
import type { EnvironmentConfig } from '../../config';
import type { AdoptedRecord, LedgerRecord, ReleaseSet } from '../../releases/ledger';
import type { Candidate } from '../../releases/types';
import type { lookAt } from '../../targets/compose-look';
import type { Home } from '../../targets/home';
import type { Upstream } from '../../targets/upstream';
import type { ManagedService } from '../channel-candidate';
import type { PlatformAccess } from '../platform-outputs';
import type { Intake } from '../intake';

/** An environment of a target, and the ways to look at what is there. */
export interface TargetContext {
  name: string;
  config: EnvironmentConfig;
  platform: PlatformAccess;
  home: Home;
  managed: readonly ManagedService[];
  /** The services that are part of a candidate. */
  joining: readonly string[];
  /** Whether a service of them has run there, as far as anybody knows. */
  isExpected: (service: string) => boolean;
  /** Which releases images are with the settings of now. */
  releasesOf: (candidate: Candidate) => ReleaseSet;
  /** The containers that an edge sends requests to. */
  serving: typeof servingContainers;
  /** A compose project as it is; asked once, however often it is called. */
  project: typeof lookAt;
  /** What tells an environment on another machine's engine from what it has had elsewhere. */
  mark: typeof machineMark;
}

/** What an environment was found to serve. */
export interface LiveState {
  /** Whether it is anything. */
  serves: boolean;
  /** All of it; undefined unless each of its services serves. */
  set?: Pick<AdoptedRecord, 'candidate' | 'releases'>;
}

/** What an environment is to run. */
export interface Workload {
  intake: Intake;
  /** All that it runs: what it takes, and images by digest. */
  releases: Candidate;
  /** `repository@sha256:…` of each of them. */
  image: (service: string) => pulumi.Input<string>;
  records: readonly LedgerRecord[];
}

/** An environment as it was declared, whatever it runs on. */
export interface Declaration {
  deployed: pulumi.Output<ActionOutput<'cutover'>>;
  /** Its Docker network; null of a compose project. */
  network: pulumi.Output<string> | null;
  /** What has to be done before anything that counts on it. */
  resource: pulumi.Resource;
  /** What stands in front of services whatever they take: it is as it should be before a gate is asked. */
  edges: pulumi.Resource[];
  /** Where people reach a service; empty for one that only others of the environment reach. */
  urlOf: (service: string) => string;
  /** Of one on another machine, what a gate behind it needs; secret. */
  place?: pulumi.Output<Upstream>;
}

/** How environments of a kind of target are looked at and declared. */
export interface Way {
  /** Finds out what the environment serves. @throws Error when nobody can tell */
  look(of: TargetContext): Promise<LiveState>;
  /** Learns what has to be known of the target before anything is declared there. @returns what declares the environment */
  prepare(of: TargetContext): Promise<(what: Workload) => Declaration | Promise<Declaration>>;
}
