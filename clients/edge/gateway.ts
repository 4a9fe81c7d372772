import { familiarAddress } from '../registry/address';
import { engineResolvers, pattern, platformProxy, toContainer } from './proxy';

/** Port on which the gateway serves the engine's building and pushing, and nothing else of it. */
export const builderPort = 2375;
/** Port on which the gateway serves the registry of the platform. */
export const gatewayRegistryPort = 5000;
/** Port on which the gateway serves reading from the git host's repositories. */
export const gatewayGitPort = 3000;
/** Port on which the gateway serves what Drone tells of builds. */
export const gatewayDronePort = 3080;

/** The engine's socket in the gateway's container. */
export const gatewaySocket = '/var/run/docker.sock';

const resolvers = 'names';

/** What stands behind the gateway. */
export interface GatewaySettings {
  /** What the engine's image names begin with, `localhost:5500` or `harbor.example.com/shop`: only such images are named and pushed. */
  registryAddress: string;
  /** The git host's container and port, `sluice-git:3000`. */
  gitHost: string;
  /** The account by which steps fetch, so that none of them has a login: `name:password`. Secret. */
  gitLogin: string;
  /** An administrator's account, by which steps read who has pushed: others are not told of people who hide that. `name:password`. Secret. */
  gitReader: string;
  /** What steps may read of a repository's API to find that out: regular expressions, `activities/feeds`. */
  pushRecord: readonly string[];
  /** The organization at the git host whose repositories steps fetch with it. */
  owner: string;
  /** Drone's container and port, `sluice-drone:80`. */
  drone: string;
  /** The registry's container and port, `sluice-registry:5000`; undefined for one that steps reach by themselves. */
  registry?: string;
}

/**
 * HAProxy's configuration of the one host that steps of a pipeline find in their network. It lets through what a step
 * needs and refuses everything else, by allow-lists:
 * - of the engine's API: build an image, push one to the platform's registry, read one that holds an artifact, and what a client asks to find out which
 *   version it speaks to. No containers, no volumes, no pulls, no other names for images;
 * - of the git host: fetching, and reading who has pushed, in the names of accounts that are said here. Neither pushing nor its pages
 *   nor anything else of its API;
 * - of Drone: what it tells of builds, to whoever has an account there;
 * - of the registry: all, since it has accounts.
 * Requests are those of the Docker Engine API (v1.24 to v1.5x, "Image" section) and of git's smart HTTP protocol. None of Git LFS: its
 * answers repeat the login.
 */
export function gatewayConfig(settings: GatewaySettings): string {
  return `${[
    // A build's arguments and labels are in its address.
    ...platformProxy('  tune.bufsize 65536'),
    ...engineResolvers(resolvers),
    ...engineSection(settings.registryAddress),
    '',
    ...gitSection(settings),
    '',
    ...droneSection(settings.drone),
    ...(settings.registry === undefined ? [] : ['', ...registrySection(settings.registry)]),
  ].join('\n')}\n`;
}

/** Parameters of a build that say what is built and how much it may use; any value. */
const freeParameters = [
  'buildargs',
  'cachefrom',
  'cpuperiod',
  'cpuquota',
  'cpusetcpus',
  'cpusetmems',
  'cpushares',
  'dockerfile',
  'forcerm',
  'labels',
  'memory',
  'memswap',
  'nocache',
  'platform',
  'pull',
  'q',
  'rm',
  'shmsize',
  'target',
  'ulimits',
  'version',
];

/** Parameters that would reach beyond the build; a client sends them, empty. */
const emptyParameters = ['cgroupparent', 'extrahosts', 'networkmode', 'remote', 'securityopt', 'squash'];

/**
 * The query strings of a build that are let through, as one regular expression. As they are sent, not decoded: a name in
 * another spelling is none of the list.
 */
export function buildQuery(registryAddress: string): string {
  const parameter = [
    `(${freeParameters.join('|')})=[^&]*`,
    `(${emptyParameters.join('|')})=`,
    'networkmode=default',
    `t=${pattern(encodeURIComponent(`${registryAddress}/`))}[a-z0-9._%:A-F-]*`,
  ].join('|');
  return `^((${parameter})(&|$))*$`;
}

/** The query string by which a client asks for the image that holds an artifact's file, and for nothing else. */
export function saveQuery(registryAddress: string): string {
  return `^names=${pattern(encodeURIComponent(`${registryAddress}/`))}[a-z0-9._%-]*%2Fartifact-[a-z0-9-]+%3A[A-Za-z0-9_.-]+$`;
}

function engineSection(registryAddress: string): string[] {
  // A client shortens Docker Hub's names before it asks.
  const image = `${pattern(familiarAddress(registryAddress))}/[a-z0-9][a-z0-9._/-]*`;
  return [
    'frontend builder',
    `  bind :${builderPort}`,
    '  http-request set-var(txn.path) path,regsub(^/v[0-9.]+/,/)',
    '  acl asks method GET HEAD',
    '  acl does method POST',
    '  acl version var(txn.path) -m str /_ping /version',
    // What a client of BuildKit asks before it builds, and the two connections over which it builds.
    '  acl info var(txn.path) -m str /info',
    '  acl buildkit var(txn.path) -m str /grpc /session',
    '  acl build var(txn.path) -m str /build',
    `  acl query query -m reg '${buildQuery(registryAddress)}'`,
    `  acl push var(txn.path) -m reg '^/images/${image}/push$'`,
    '  acl save var(txn.path) -m str /images/get',
    `  acl saved query -m reg '${saveQuery(registryAddress)}'`,
    '  http-request set-var(txn.allowed) bool(false)',
    '  http-request set-var(txn.allowed) bool(true) if asks version',
    '  http-request set-var(txn.allowed) bool(true) if asks info',
    '  http-request set-var(txn.allowed) bool(true) if does buildkit',
    '  http-request set-var(txn.allowed) bool(true) if does build query',
    '  http-request set-var(txn.allowed) bool(true) if does push',
    '  http-request set-var(txn.allowed) bool(true) if asks save saved',
    ...refuse('a step can build images and push them to the registry of the platform, nothing else'),
    '  default_backend engine',
    '',
    'backend engine',
    `  server engine unix@${gatewaySocket}`,
  ];
}

/** The query strings with which a git host's API is read, as one regular expression: pages, and which commits are meant. */
export const readQuery =
  '^((page|limit)=[0-9]+|state=closed|(stat|verification|files)=false|(sha|not)=[0-9a-f]+)(&((page|limit)=[0-9]+|(stat|verification|files)=false|not=[0-9a-f]+))*$';

/** The paths of a git host's API that tell who has pushed, as one regular expression. */
export function readPath(owner: string, pushRecord: readonly string[]): string {
  const name = '[A-Za-z0-9_-][A-Za-z0-9._-]*';
  const record = pushRecord.map((path) => `repos/${pattern(owner)}/${name}/${path}`);
  return `^/api/v1/(${[`users/${name}`, ...record].join('|')})$`;
}

function gitSection({ gitHost, gitLogin, gitReader, pushRecord, owner }: GatewaySettings): string[] {
  const repository = `^/${pattern(owner)}/[^/]+`;
  const as = (login: string): string => `Authorization "Basic ${Buffer.from(login).toString('base64')}"`;
  return [
    'frontend git',
    `  bind :${gatewayGitPort}`,
    '  acl asks method GET HEAD',
    '  acl does method POST',
    `  acl refs path -m reg '${repository}/info/refs$'`,
    '  acl fetch query -m str service=git-upload-pack',
    `  acl pack path -m reg '${repository}/git-upload-pack$'`,
    `  acl record path -m reg '${readPath(owner, pushRecord)}'`,
    `  acl which query -m reg '${readQuery}'`,
    '  http-request set-var(txn.allowed) bool(false)',
    '  http-request set-var(txn.allowed) bool(true) if asks refs fetch',
    '  http-request set-var(txn.allowed) bool(true) if does pack',
    '  http-request set-var(txn.allowed) bool(true) if METH_GET record which',
    ...refuse(`a step can fetch from the repositories of ${owner} and read who has pushed to them, nothing else`),
    `  http-request set-header ${as(gitLogin)} unless record`,
    `  http-request set-header ${as(gitReader)} if record`,
    '  default_backend git-host',
    '',
    ...toContainer('git-host', gitHost, resolvers),
  ];
}

function droneSection(drone: string): string[] {
  return [
    'frontend drone-builds',
    `  bind :${gatewayDronePort}`,
    "  acl builds path -m reg '^/api/repos/[^/]+/[^/]+/builds(/[0-9]+)?$'",
    '  http-request set-var(txn.allowed) bool(false)',
    '  http-request set-var(txn.allowed) bool(true) if METH_GET builds',
    ...refuse('a step can read what Drone tells of builds, nothing else'),
    '  default_backend drone',
    '',
    ...toContainer('drone', drone, resolvers),
  ];
}

function registrySection(registry: string): string[] {
  return [
    'frontend registry',
    `  bind :${gatewayRegistryPort}`,
    '  default_backend registry-host',
    '',
    ...toContainer('registry-host', registry, resolvers),
  ];
}

/** An answer as the engine's clients print it. */
function refuse(message: string): string[] {
  const body = JSON.stringify({ message });
  return [
    `  http-request return status 403 content-type application/json string '${body}' unless { var(txn.allowed) -m bool }`,
  ];
}
