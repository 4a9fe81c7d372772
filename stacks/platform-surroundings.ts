import { imageId } from '../clients/docker/docker';
import { folderHash } from '../clients/docker/folder-hash';
import { enginePlatform, oldestApi } from '../clients/docker/platform';
import { belowProject, sluiceHome } from '../base/paths';
import { readStacks } from '../config/stacks';
import { foundImages } from './images';
import { stackFilesOf } from './stack-files';

/** What a platform's program looks at outside Pulumi while it runs; tests put something else in its place. */
export interface PlatformSurroundings {
  /** The stack files. */
  files: typeof readStacks;
  /** The images that the toolchain has found for this machine. */
  images: typeof foundImages;
  /** The id of an image that the engine has. */
  imageId: (image: string) => Promise<string>;
  /** The engine's own platform. */
  engine: typeof enginePlatform;
  /** The oldest version of the Docker API that the engine understands. */
  oldestApi: typeof oldestApi;
  /** A hash of what is in a folder of this project. */
  contentHash: (folder: string) => string;
  /** The stack files of a platform as an archive, see {@link stackFilesOf}. */
  stackFiles: (platform: string) => Promise<Buffer>;
  /** `PULUMI_BACKEND_URL`: where Pulumi's state is. */
  backend: () => string | undefined;
  /** This process's environment, which says how the state is entered. */
  variables: () => NodeJS.ProcessEnv;
  /** Where this machine keeps state and stack configs. */
  home: () => string;
}

/** This machine, its engine and this project's files. */
export const platformSurroundings: PlatformSurroundings = {
  files: readStacks,
  images: foundImages,
  imageId,
  engine: enginePlatform,
  oldestApi,
  contentHash: (folder) => folderHash(belowProject(folder)),
  stackFiles: (platform) => stackFilesOf(platform, readStacks()),
  backend: () => process.env['PULUMI_BACKEND_URL'],
  variables: () => process.env,
  home: sluiceHome,
};
