import * as pulumi from '@pulumi/pulumi';
import { Action } from './action';

/** Arguments of {@link DeployImage}. */
export interface DeployImageArgs {
  /** The image with this program and the team's stack files, as the engine has it. */
  image: string;
  /** What it is pushed under, see {@link deployImageTag}. */
  tag: string;
  /** Where to, as the engine names it: `harbor.example.com/shop/sluice-deploy`. */
  repository: pulumi.Input<string>;
  /** Where that registry's API is, as this machine reaches it. */
  registryUrl: pulumi.Input<string>;
  /** PEM of a private authority that its certificate is signed by. @default none */
  registryCa?: string;
  registryLogin: pulumi.Input<{ username: string; password: string }>;
}

/** What a {@link DeployImage} leaves. */
export interface DeployImageOutput {
  /** Without tag and digest. */
  image: string;
  tag: string;
  /** `sha256:…`, what a job's `image:` names it by. */
  digest: string;
}

/**
 * The image in which a CI server that is not ours runs its jobs, in the registry. It holds the program and the stack files as they
 * are now, so another state of them is another image. What a registry has under its tag is not pushed again.
 */
export class DeployImage extends pulumi.ComponentResource {
  readonly output: pulumi.Output<DeployImageOutput>;

  constructor(name: string, args: DeployImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:DeployImage', name, {}, opts);
    const action = new Action<DeployImageOutput>(
      name,
      {
        action: 'publish-image',
        input: pulumi.secret({
          image: args.image,
          tag: args.tag,
          repository: args.repository,
          registryUrl: args.registryUrl,
          registryCa: args.registryCa,
          login: args.registryLogin,
        }),
        triggers: [args.tag, args.repository],
      },
      { parent: this },
    );
    // An image's name and digest; it counts as secret only because the login was among the input.
    this.output = pulumi.unsecret(action.output);
    this.registerOutputs({ output: this.output });
  }
}

/**
 * The tag of a deploy image: the hash of its content that the toolchain has put into the image's own name, which is the same on
 * every machine; of an image from elsewhere the beginning of its id.
 * @param id `sha256:…`
 */
export function deployImageTag(image: string, id: string): string {
  return /:[\w.-]*-([0-9a-f]{12})$/.exec(image)?.[1] ?? id.slice('sha256:'.length, 'sha256:'.length + 12);
}
