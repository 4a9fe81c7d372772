import * as pulumi from '@pulumi/pulumi';
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

/** What a {@link BuiltImage} leaves. */
export interface BuiltImageOutput {
  image: string;
  digest: string;
  revision: string;
}

/** An image that the platform builds from a folder of this project and pushes to its registry; used by digest. */
export class BuiltImage extends pulumi.ComponentResource {
  readonly output: pulumi.Output<BuiltImageOutput>;

  constructor(name: string, args: BuiltImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:BuiltImage', name, {}, opts);
    const action = new Action<BuiltImageOutput>(
      name,
      {
        action: 'build-image',
        input: pulumi.secret({
          instance: args.instance,
          source: args.source,
          contentHash: args.contentHash,
          repository: args.repository,
          registryUrl: args.registryUrl,
          registryCa: args.registryCa,
          baseImage: args.baseImage,
          login: args.registryLogin,
        }),
        triggers: [args.contentHash, args.repository, args.baseImage],
      },
      { parent: this },
    );
    // The output is an image's name and digest; it counts as secret only because the login was among the input.
    this.output = pulumi.unsecret(action.output);
    this.registerOutputs({ output: this.output });
  }
}
