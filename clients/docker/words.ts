/**
 * What engines and Docker's client say in words only: the client ends with 1 whatever it was, and what comes through Pulumi is text as
 * well. Here they become codes; nobody else reads these words. Seen with engine 20.10, the client 28.2 and Pulumi's docker plugin
 * 5.2.0; where versions differ, the words of each stand side by side.
 */

/** What an engine or its client has said, for programs. */
export type DockerTrouble =
  /** There is no such container, image, volume or network (any more). */
  | 'absent'
  /** The container does not run, or has just ended. */
  | 'stopped'
  /** A name or a port is in use. */
  | 'taken'
  | 'port-taken'
  | 'disk-full'
  /** The registry has no such image. */
  | 'image-unknown'
  | 'login-missing'
  /** No engine answers. */
  | 'engine-away'
  /** No engine answers on another machine. */
  | 'far-engine-away'
  /** This user may not use the engine. */
  | 'not-allowed'
  /** A volume or a network has containers that use it. */
  | 'in-use'
  /** Somebody else is removing it. */
  | 'under-way'
  /** The container is in no such network. */
  | 'not-connected'
  /** The registry has answered with an error of its own. */
  | 'registry-broken'
  /** The engine keeps no image for several platforms. */
  | 'one-platform'
  /** The machine runs no programs for that processor. */
  | 'other-processor';

const signs: Readonly<Record<DockerTrouble, RegExp>> = {
  absent: /no such (container|image|volume|network|object)|reference does not exist|does not exist locally/i,
  // The runtime's words, by how far the process's end has got, or those of an engine that was faster to notice.
  stopped: /(stopped|deleted) (container|process|state)\b|(container|is) not running/i,
  taken: /already in use|already exists|already allocated/i,
  'port-taken': /port is already allocated|address already in use/i,
  'disk-full': /no space left on device|disk quota exceeded/i,
  'image-unknown': /manifest unknown|manifest for .* not found|not found: manifest/i,
  'login-missing': /authentication required|no basic auth credentials/i,
  'engine-away': /cannot connect to the docker daemon|is the docker daemon running|error during connect/i,
  // The official plugin tells the command by which it has tried, and no address.
  'far-engine-away': /error during connect: .*ssh/i,
  'not-allowed': /permission denied/i,
  'in-use': /volume is in use|has active endpoints/i,
  'under-way': /is already in progress/i,
  'not-connected': /is not connected to/i,
  'registry-broken': /received unexpected HTTP status: 5\d\d/i,
  // Of buildx and BuildKit, by driver and version.
  'one-platform':
    /multi-platform build is not supported for the docker driver|multiple platforms feature is currently not supported for docker driver|does not (currently )?support exporting manifest lists/i,
  'other-processor': /exec format error/i,
};

/** Whether a text of theirs tells of one of these. */
export function dockerSays(text: string, ...troubles: readonly DockerTrouble[]): boolean {
  return troubles.some((trouble) => signs[trouble].test(text));
}

/** The digest that the client says it has pushed (`docker push`). */
export function pushedDigest(stdout: string): string | undefined {
  return /digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1];
}

/** What a line of `docker push` says of a layer: nothing has happened to it yet, or the engine counts down to another try. */
export function pushedLayer(line: string): 'waiting' | 'retrying' | undefined {
  const [, word = ''] = /^[0-9a-f]{12}: (Preparing|Waiting|Retrying)\b(?:$| in \d+ seconds?$)/.exec(line) ?? [];
  if (word === '') return undefined;
  return word === 'Retrying' ? 'retrying' : 'waiting';
}

/** Whether `docker pull` has found the image: it prints layers, or what it has. */
export function pullHasBegun(text: string): boolean {
  return /Pulling fs layer|Already exists|Download|Digest:|Status:/.test(text);
}

/** What could not be started in a container is told on its standard output (`docker exec`). */
export function notStarted(stdout: string): string | undefined {
  return /^OCI runtime exec failed.*/m.exec(stdout)?.[0];
}
