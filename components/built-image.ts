import * as pulumi from '@pulumi/pulumi';
import type { ActionOutput } from '../actions/contract';
import { Action } from './action';

/** Arguments of {@link BuiltImage}. */
export interface BuiltImageArgs {
  instance: string;
  /** Folder of the Dockerfile, relative to the project's root. */
  source: string;
  /** Hash of that folder's files: another hash is another build. */
  contentHash: string;
  /** Image repository to push to, as the engine names it: `localhost:5500/frontend`. */
  repository: pulumi.Input<string>;
  /** Where that registry's API is, as this machine reaches it. */
  registryUrl: pulumi.Input<string>;
  /** PEM of a private authority that the registry's certificate is signed by. */
  registryCa?: string;
  /** The Dockerfile's `BASE_IMAGE` argument. */
  baseImage: pulumi.Input<string>;
  registryLogin: pulumi.Input<{ username: string; password: string }>;
}

/** An image that the platform builds from a folder of this project and pushes to its registry; used by digest. */
export class BuiltImage extends pulumi.ComponentResource {
  readonly output: pulumi.Output<ActionOutput<'build-image'>>;

  constructor(name: string, args: BuiltImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:BuiltImage', name, {}, opts);
    const action = new Action(
      name,
      {
        action: 'build-image',
        input: pulumi.output({
          instance: args.instance,
          source: args.source,
          contentHash: args.contentHash,
          repository: args.repository,
          registryUrl: args.registryUrl,
          registryCa: args.registryCa,
          baseImage: args.baseImage,
        }),
        secret: { login: args.registryLogin },
        triggers: [args.contentHash, args.repository, args.baseImage],
      },
      { parent: this },
    );
    this.output = action.output;
    this.registerOutputs({ output: this.output });
  }
}
