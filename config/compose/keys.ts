import type { Context, Draft } from './draft';
import { readConfigs, readSecrets } from './granted';
import { readDependsOn, readLinks } from './depends';
import { readHealth } from './health';
import { readCpus, readDeploy, readMemory, readReplicas, readRestart, readSharedMemory } from './limits';
import { readNetworks } from './networks';
import { readExpose, readPorts } from './ports';
import { readTmpfs, readVolumes } from './volumes';
import { readCapabilities, readCommand, readExtraHosts, readGrace, readLogging, readSecurity } from './single';
import { sluice } from '../../base/command';
import { flagOf, textOf, type Spot } from './values';

/** What becomes of one key of a service. */
export type Rule =
  /** `read` is absent where something else reads it. */
  | { is: 'understood'; doc: string; read?: (spot: Spot, context: Context) => Draft | undefined }
  | { is: 'ignored'; doc: string }
  /** `unless`: texts with which it asks for nothing. */
  | { is: 'refused'; doc: string; unless: readonly string[] };

const reads = (doc: string, read?: (spot: Spot, context: Context) => Draft | undefined): Rule => ({
  is: 'understood',
  doc,
  read,
});
const ignored = (doc: string): Rule => ({ is: 'ignored', doc });
const refused = (doc: string, ...unless: string[]): Rule => ({ is: 'refused', doc, unless });

const text =
  (key: 'user' | 'workingDir' | 'stopSignal' | 'hostname') =>
  (spot: Spot): Draft | undefined => {
    const value = textOf(spot);
    return value === undefined ? undefined : { [key]: value };
  };

const processors = 'divides the machine in a way that environments don\'t; "cpus" limits a service';
const wholeMachine = 'gives a service the whole machine, production and its secrets too';
const machines = 'is the same for all containers of the machine';
const namespace = 'shares what keeps containers apart';
const windows = 'is for Windows';

/** Every key of a service, in the order in which they are read: what comes later wins where two say the same. */
export const serviceKeys: Readonly<Record<string, Rule>> = {
  image: reads(`by digest; \`${sluice('compose')} pin\` writes it. Beside \`build\` it is a name and nothing more`),
  build: reads(
    "the build of the service's name among the platform's `builds`, or the repository that `sluice:services` says. `context` is that folder; a `target`, `args` or another `dockerfile` are refused",
  ),
  extends: reads('of this file or another one of the project'),
  profiles: reads('a service with profiles is there when one of them is in `sluice:composeProfiles`'),
  env_file: reads('before `environment`; its content is part of the release'),
  environment: reads(
    'both forms. A name without value takes it from `.env` or `sluice:composeSecrets`, never from the machine',
  ),
  expose: reads('where others find it', readExpose),
  ports: reads(
    'one, HTTP: the port at the edge. A second one, UDP, a range, and what speaks no HTTP are refused',
    readPorts,
  ),
  volumes: reads(
    'named volumes, for which the service is recreated; files and folders that are mounted `:ro` become files of the release; `tmpfs`. Every other path of the machine is refused',
    readVolumes,
  ),
  tmpfs: reads('as it is', readTmpfs),
  secrets: reads('files under /run/secrets; the value comes from `sluice:composeSecrets`, encrypted', readSecrets),
  configs: reads('files with `content`, or with what stands in a `file`', readConfigs),
  depends_on: reads(
    "`service_started` and `service_healthy`; `service_completed_successfully` is refused: services don't end",
    readDependsOn,
  ),
  links: reads('as `depends_on`; with another name it is refused', readLinks),
  healthcheck: reads(
    "docker's own times where it says none; `disable` is refused: only what is known to be healthy is switched to",
    readHealth,
  ),
  command: reads('both forms; a text is split as a shell would', (spot) => readCommand('command', spot)),
  entrypoint: reads('both forms', (spot) => readCommand('entrypoint', spot)),
  user: reads('as it is', text('user')),
  working_dir: reads('as it is', text('workingDir')),
  hostname: reads('as it is, and a name by which others reach a service without `ports`', text('hostname')),
  init: reads('as it is', (spot) => {
    const init = flagOf(spot);
    return init === undefined ? undefined : { init };
  }),
  read_only: reads('false where it says nothing. Together with files that a release is given it is refused', (spot) => {
    const readOnly = flagOf(spot);
    return readOnly === undefined ? undefined : { readOnly };
  }),
  stop_signal: reads('as it is', text('stopSignal')),
  stop_grace_period: reads('as it is; 20 s where it says nothing', readGrace),
  extra_hosts: reads('with an address; `host-gateway` is refused', readExtraHosts),
  cap_add: reads(
    'of what an engine gives by default: CHOWN, DAC_OVERRIDE, FOWNER, KILL, NET_BIND_SERVICE, SETGID, SETUID. Sluice gives none by itself; every other one is refused',
    readCapabilities,
  ),
  cap_drop: ignored('every capability that was not asked for is dropped'),
  security_opt: reads('`no-new-privileges`, which holds anyway; all else is refused', readSecurity),
  restart: reads('a service is always started again; `no` is refused', readRestart),
  mem_limit: reads('1 GiB where nothing is said', readMemory),
  cpus: reads('as it is', readCpus),
  shm_size: reads('as it is', readSharedMemory),
  scale: reads('1', readReplicas),
  deploy: reads(
    "`resources.limits`, `update_config.order: stop-first`, `restart_policy`, `replicas: 1`; more replicas and `mode: global` are refused, what is left is Swarm's own and ignored",
    readDeploy,
  ),
  networks: reads(
    'aliases of services without `ports`. An environment is one network: addresses, foreign networks, and networks that keep services apart are refused',
    readNetworks,
  ),
  logging: reads("`json-file`; its options are Sluice's. Another driver is refused", readLogging),

  annotations: ignored('for other tools'),
  attach: ignored('nobody is at a terminal'),
  container_name: ignored(
    'containers are named by environment and release. It is another name by which others reach a service without `ports`',
  ),
  develop: ignored('for the desk'),
  labels: ignored('for other tools; the edge is configured by Sluice'),
  mem_reservation: ignored('nothing is planned by it on one engine'),
  pull_policy: ignored('a digest is pulled once'),
  pull_refresh_after: ignored('a digest is pulled once'),
  stdin_open: ignored('nobody is at a terminal'),
  tty: ignored('nobody is at a terminal'),

  blkio_config: refused(processors),
  cgroup: refused(namespace, 'private'),
  cgroup_parent: refused(namespace),
  cpu_count: refused(windows),
  cpu_percent: refused(windows),
  cpu_period: refused(processors),
  cpu_quota: refused(processors),
  cpu_rt_period: refused(processors),
  cpu_rt_runtime: refused(processors),
  cpu_shares: refused(processors),
  cpuset: refused(processors),
  credential_spec: refused(windows),
  device_cgroup_rules: refused(wholeMachine),
  devices: refused('gives a service a part of the machine, which is not on every machine'),
  dns: refused("takes the engine's own name server away, by which services find each other"),
  dns_opt: refused("changes the engine's own name server, by which services find each other"),
  dns_search: refused("changes the engine's own name server, by which services find each other"),
  domainname: refused('is not known here; services find each other by their names'),
  external_links: refused('leads out of the environment; give the other\'s address in "environment"'),
  gpus: refused('gives a service a part of the machine, which is not on every machine'),
  group_add: refused('is not known here; make the user of the image a member'),
  ipc: refused(namespace, 'private', 'shareable'),
  isolation: refused(windows),
  label_file: refused('is not known here; labels are ignored anyway'),
  mac_address: refused('is not known here; an environment is one network of its own, whose addresses the engine gives'),
  mem_swappiness: refused('is not known here; no container swaps'),
  memswap_limit: refused('is not known here; no container swaps'),
  models: refused('is not known here'),
  network_mode: refused(
    'takes the service out of the environment\'s network, in which its edge and the checks of a gate reach it; "host" gives it the whole machine\'s',
  ),
  oom_kill_disable: refused('lets one service take the memory of all', 'false'),
  oom_score_adj: refused('lets one service take the memory of all', '0'),
  pid: refused(wholeMachine),
  pids_limit: refused('is fixed: every container may have 512 processes'),
  platform: refused("is the engine's own: an image is built and run for it"),
  post_start: refused('is not known here; do it in the entrypoint'),
  pre_stop: refused('is not known here; do it when SIGTERM comes'),
  privileged: refused(wholeMachine, 'false'),
  provider: refused('is not known here'),
  runtime: refused('is not known here; every container runs as the engine does it by default'),
  storage_opt: refused('is not known here'),
  sysctls: refused(machines),
  ulimits: refused('is fixed: 16384 open files, no core dumps'),
  use_api_socket: refused("is the engine's socket: whoever has it has the whole machine", 'false'),
  userns_mode: refused(namespace),
  uts: refused(namespace),
  volumes_from: refused('is not known here; name the volume and mount it in both'),
};

/** Every key of the file itself. */
export const fileKeys: Readonly<Record<string, Rule>> = {
  services: reads('below'),
  volumes: reads('`external`, other drivers and `driver_opts` are refused; an environment has volumes of its own'),
  networks: reads('`external`, `internal`, `ipam` and other options are refused'),
  secrets: reads('see `secrets` of a service'),
  configs: reads('`file` and `content`; `external` and `environment` are refused'),
  version: ignored('says nothing since Compose 1.27'),
  name: ignored('an environment has the name of its stack'),
  include: refused('is not read; name one file that has all services, or use "extends"'),
  models: refused('is not known here'),
};
