import { z } from 'zod';
import { folder } from '../../checks/types/words';

/** A registry tag of at most 80 characters: a commit stands before it in an image's own tag. */
const imageTag = z.string().regex(/^\w[\w.-]{0,79}$/, 'must be a tag that a registry takes, at most 80 characters');

/** `linux/arm64`, `linux/arm/v7` */
const platform = z
  .string()
  .regex(/^linux\/[a-z0-9]+(\/v\d+)?$/, 'must be an operating system and a processor, like linux/arm64');

/** A file that is published with each release. */
const artifact = z.strictObject({
  /** Stage of the Dockerfile that leaves it. */
  stage: z.string().regex(/^[a-z][a-z0-9._-]*$/, 'must be the name of a stage of the Dockerfile, in small letters'),
  /** Where it lies there. */
  path: z
    .string()
    .regex(
      /^(?!.*\/\.{1,2}(\/|$))(\/[\w.+@-]+)+$/,
      'must be the absolute path of a file, without spaces and wildcards',
    ),
  /** What kind of file it is. */
  mediaType: z
    .string()
    .regex(/^[a-z]+\/[a-z0-9][a-z0-9.+_-]*$/, 'must be a media type, like application/zip')
    .default('application/octet-stream'),
});

/** A repository of a platform. */
export const repository = z.strictObject({
  /** Folder whose files seed the empty repository, relative to the project. Not needed where repositories are elsewhere. */
  source: folder.optional(),
  /** Where the CI is elsewhere, the project there. Needed where people are asked: a job of it proves who has started it. */
  project: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)+$/, 'must be the path of a project, like group/discounts')
    .optional(),
  /** Where the CI is elsewhere, the tag of images unless a pipeline is started with another: DEFAULT_IMAGE_TAG. */
  tag: imageTag.default('latest'),
  /** Branch whose pushes are built and deployed. */
  branch: z
    .string()
    .regex(/^\w[\w./+-]*$/, 'must be a branch of letters, digits, ".", "_", "-", "+" and "/"')
    .default('main'),
  /** What its image is built for; none: what the builder is. */
  platforms: z
    .array(platform)
    .refine((list) => new Set(list).size === list.length, { message: 'must name each platform once' })
    .optional(),
  /** Files that are published with each release, by name. */
  artifacts: z
    .record(
      z
        .string()
        .regex(/^(?!.*--)[a-z][a-z0-9-]{0,30}(?<!-)$/, 'must be lower-case letters, digits and dashes, at most 31'),
      artifact,
    )
    .optional(),
});
