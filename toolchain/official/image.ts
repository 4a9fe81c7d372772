/** A processor architecture in the words of images. */
export type Architecture = 'amd64' | 'arm64';

/** Where a fact stands. */
export interface Source {
  /** `owner/name` at GitHub. */
  repository: string;
  /** Tag or commit. */
  at: string;
  path: string;
}

/**
 * What an official image is, as far as Sluice relies on it: written down from its own Dockerfile and start scripts, so
 * that nothing is taken for granted because our own builds have it.
 */
export interface OfficialImage {
  /** As it is pulled, by exact version. */
  reference: string;
  architectures: Architecture[];
  /** `uid:gid` that it runs as unless told otherwise. */
  user: string;
  entrypoint: string[];
  command: string[];
  /** Ports that it names (EXPOSE), which its program listens on unless told otherwise. */
  ports: number[];
  /** What it declares as volumes; path to `uid:gid` of the folder in the image, which an empty volume takes over. */
  volumes: Record<string, string>;
  /** Folders that are no volumes and belong to its user, in place of which an empty one may be put; path to `uid:gid`. @default none */
  folders?: Record<string, string>;
  /** Its programs that are started by path or name, besides the entry point. */
  programs: string[];
  /** Variables that its program reads, of those that are set: whole names, or beginnings with a star at the end. */
  variables: string[];
  /** What health checks and commands in its container may use, of the tools that Sluice uses anywhere. */
  tools: readonly Tool[];
  /** What is run in its place: an image that is made from it, by the Dockerfile in a folder of toolchain/images. */
  made?: { folder: string } & Partial<Pick<OfficialImage, 'user' | 'volumes' | 'tools'>>;
  /** What else differs from what one might think. */
  remarks?: string[];
  sources: Source[];
}

/** An official image as Sluice runs it: with what the image that is made from it has of its own. */
export function asRun(image: OfficialImage): OfficialImage {
  return { ...image, ...image.made };
}

/** The tools that Sluice calls in containers of images that are not its own. */
export const toolNames = [
  ...['sh', 'bash', 'cat', 'chown', 'curl', 'echo', 'env', 'exec', 'git', 'grep', 'mkdir', 'mv', 'nc', 'printf', 'sed'],
  ...['set', 'sleep', 'test', 'timeout', 'touch', 'wget'],
] as const;

/** One of {@link toolNames}. */
export type Tool = (typeof toolNames)[number];

const shell = ['sh', 'echo', 'exec', 'printf', 'set', 'test'] as const;
const files = ['cat', 'chown', 'env', 'grep', 'mkdir', 'mv', 'sed', 'sleep', 'timeout', 'touch'] as const;

/** Alpine Linux: busybox, of which `nc` knows -w and `timeout` ends its program. No bash, no curl. */
export const alpine = [...shell, ...files, 'nc', 'wget'] as const satisfies readonly Tool[];

/** Debian's slim images: the essential packages. No nc, no wget, no curl. */
export const debianSlim = [...shell, ...files, 'bash'] as const satisfies readonly Tool[];
