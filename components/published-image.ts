import * as pulumi from '@pulumi/pulumi';
import type { ActionOutput } from '../actions/contract';
import { Action } from './action';

/** What it was called when the image of jobs was the only one. */
const formerType = 'sluice:index:DeployImage';

/** Arguments of {@link PublishedImage}. */
export interface PublishedImageArgs {
  /** An image that stands for its content, as the engine has it. */
  image: string;
  /** What it is pushed under, see {@link contentTag}. */
  tag: string;
  /** Where to, as the engine names it: `harbor.example.com/shop/sluice-deploy`. */
  repository: pulumi.Input<string>;
  /** Where that registry's API is, as this machine reaches it. */
  registryUrl: pulumi.Input<string>;
  /** PEM of a private authority that its certificate is signed by. @default none */
  registryCa?: string;
  registryLogin: pulumi.Input<{ username: string; password: string }>;
}

/**
 * An image of the platform's engine, in the registry: the one with this program and the stack files as they are now, in which a CI server that is
 * not ours runs its jobs; the edge of other machines. Another content is another tag, and what a registry has under its tag is not pushed again.
 */
export class PublishedImage extends pulumi.ComponentResource {
  readonly output: pulumi.Output<ActionOutput<'publish-image'>>;

  constructor(name: string, args: PublishedImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:PublishedImage', name, {}, pulumi.mergeOptions(opts, { aliases: [{ type: formerType }] }));
    const action = new Action(
      name,
      {
        action: 'publish-image',
        input: pulumi.output({
          image: args.image,
          tag: args.tag,
          repository: args.repository,
          registryUrl: args.registryUrl,
          registryCa: args.registryCa,
        }),
        secret: { login: args.registryLogin },
        triggers: [args.tag, args.repository],
      },
      { parent: this },
    );
    this.output = action.output;
    this.registerOutputs({ output: this.output });
  }
}

/**
 * The tag of a published image: the hash of its content that the toolchain has put into the image's own name, which is the same on
 * every machine; of an image from elsewhere the beginning of its id.
 * @param id `sha256:…`
 */
export function contentTag(image: string, id: string): string {
  return /:[\w.-]*-([0-9a-f]{12})$/.exec(image)?.[1] ?? id.slice('sha256:'.length, 'sha256:'.length + 12);
}
