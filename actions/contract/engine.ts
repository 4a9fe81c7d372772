import { z } from 'zod';
import { action } from './action';
import { places } from './places';
import { login } from './values';

/** A registry that an image is pushed to. */
const pushedTo = {
  /** Where its API is, as this machine reaches it. */
  registryUrl: z.string(),
  /** PEM of a private authority that its certificate is signed by; absent: none. */
  registryCa: z.string().optional(),
};

/** What is done with images, containers and volumes of an engine. */
export const engineActions = {
  'build-image': action({
    input: {
      instance: z.string(),
      /** Folder of the Dockerfile, relative to the project's root. */
      source: z.string(),
      /** Hash of that folder's files. */
      contentHash: z.string(),
      /** Image repository to push to, as the engine names it: `localhost:5500/frontend`. */
      repository: z.string(),
      ...pushedTo,
      /** The Dockerfile's `BASE_IMAGE` argument. */
      baseImage: z.string(),
    },
    secret: { login },
    output: z.object({ image: z.string(), digest: z.string(), revision: z.string() }),
  }),
  'publish-image': action({
    input: {
      /** An image that stands for its content, as the engine has it. */
      image: z.string(),
      tag: z.string(),
      /** Where to, as the engine names it: `harbor.example.com/shop/sluice-deploy`. */
      repository: z.string(),
      ...pushedTo,
    },
    secret: { login },
    output: z.object({
      /** Without tag and digest. */
      image: z.string(),
      tag: z.string(),
      /** `sha256:…`, what a job's `image:` names it by. */
      digest: z.string(),
    }),
  }),
  'limit-processes': action({
    input: {
      /** Ids or names of containers. */
      containers: z.array(z.string()),
      /** How many processes and threads each of them may have. */
      limit: z.number(),
    },
    secret: {
      /** Where on another machine they are; absent: on the platform's engine. */
      places: places.optional(),
    },
    output: z.object({
      /** The containers that were limited; none on an engine that can't count processes. */
      containers: z.array(z.string()),
    }),
  }),
  'own-volume': action({
    input: {
      instance: z.string(),
      volume: z.string(),
      /** The user that is to write to it, `uid:gid`. */
      user: z.string(),
      /** Any image with a shell and `chown`. */
      image: z.string(),
    },
    secret: {},
    output: z.object({ volume: z.string() }),
  }),
};
