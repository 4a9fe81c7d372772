import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';

/** What an action is given and when it runs again. */
export interface ActionArgs {
  /** The program: a file of actions/, without ending. */
  action: string;
  /** JSON object for the program's standard input. Mark it secret when it holds a secret. */
  input: pulumi.Input<Record<string, unknown>>;
  /**
   * Joins the input as its `secrets`: encrypted in the state, and no reason to run anew as a replacement.
   * @default none
   */
  secrets?: pulumi.Input<Readonly<Record<string, string>>>;
  /**
   * What makes the action run anew, as a replacement. Must hold no secret.
   * @default the whole input; required when the input is secret
   */
  triggers?: pulumi.Input<unknown>[];
  /**
   * What the program prints is a secret: encrypted in the state, hidden from people.
   * @default false
   */
  secretOutput?: boolean;
}

/**
 * A program of this project that runs when the resource is created and whenever its triggers change
 * (`node actions/run.cjs ACTION`, see actions/README.md). There is no delete command: taking the resource away
 * undoes nothing.
 */
export class Action<Output extends object = Record<string, unknown>> extends pulumi.ComponentResource {
  /** What the program printed, parsed. */
  readonly output: pulumi.Output<Output>;

  constructor(name: string, args: ActionArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Action', name, {}, opts);
    const withoutSecrets = pulumi.output(args.input).apply((input) => JSON.stringify(input));
    const stdin =
      args.secrets === undefined
        ? withoutSecrets
        : pulumi
            .all([args.input, pulumi.secret(args.secrets)])
            .apply(([input, secrets]) => JSON.stringify({ ...input, secrets }));
    const run = new command.local.Command(
      name,
      {
        create: `node actions/run.cjs ${args.action}`,
        stdin,
        triggers: args.triggers ?? [withoutSecrets],
        logging: command.local.Logging.Stderr,
      },
      { parent: this, additionalSecretOutputs: args.secretOutput === true ? ['stdout'] : [] },
    );
    // A plugin may take whatever comes of a secret for one; what is printed here is none, and other stacks read it.
    const stdout = args.secrets === undefined ? run.stdout : pulumi.unsecret(run.stdout);
    const printed = args.secretOutput === true ? pulumi.secret(stdout) : stdout;
    this.output = printed.apply((text) => JSON.parse(text) as Output);
    this.registerOutputs({ output: this.output });
  }
}
