import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import {
  contract,
  readAs,
  type ActionName,
  type ActionOutput,
  type OpenInput,
  type SecretInput,
} from '../actions/contract';
import { sluice } from '../base/command';
import { endUpdate } from './end-update';
import { nextLine } from '../base/errors';

/** What an action is given and when it runs again. */
export interface ActionArgs<Name extends ActionName> {
  /** The program. */
  action: Name;
  /** Its input but for what is in `secret`. Mark it secret when it holds a secret all the same. */
  input: pulumi.Input<OpenInput<Name>>;
  /** Joins the input: encrypted in the state, and no reason to run anew as a replacement. What is undefined is not there. */
  secret: { readonly [Field in keyof SecretInput<Name>]: pulumi.Input<SecretInput<Name>[Field]> };
  /**
   * What makes the action run anew, as a replacement. Must hold no secret.
   * @default the JSON text of `input`; required when that is secret
   */
  triggers?: pulumi.Input<unknown>[];
  /**
   * What the program prints is a secret: encrypted in the state, hidden from people.
   * @default false
   */
  secretOutput?: boolean;
  /** What has to be there before it runs. @default nothing */
  after?: pulumi.Input<pulumi.Resource[]> | undefined;
}

/**
 * A program of this project that runs when the resource is created and whenever its triggers change
 * (`node actions/run.cjs ACTION`, see actions/README.md). There is no delete command: taking the resource away
 * undoes nothing.
 */
export class Action<Name extends ActionName> extends pulumi.ComponentResource {
  /** What the program printed. */
  readonly output: pulumi.Output<ActionOutput<Name>>;

  constructor(name: string, args: ActionArgs<Name>, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Action', name, {}, opts);
    const { action } = args;
    const openInput = pulumi.output(args.input).apply((input) => JSON.stringify(input));
    const secret = Object.entries(args.secret).filter(([, value]) => value !== undefined);
    const stdin =
      secret.length === 0
        ? openInput
        : pulumi
            .all([args.input, pulumi.secret(Object.fromEntries(secret))])
            .apply(([input, hidden]) => JSON.stringify(Object.assign({}, input, hidden)));
    const run = new command.local.Command(
      name,
      {
        create: `node actions/run.cjs ${action}`,
        stdin,
        triggers: args.triggers ?? [openInput],
        logging: command.local.Logging.Stderr,
      },
      { parent: this, dependsOn: args.after, additionalSecretOutputs: args.secretOutput === true ? ['stdout'] : [] },
    );
    // A plugin may take whatever comes of a secret for one; what is printed here is none, and other stacks read it.
    const stdout = secret.length === 0 ? run.stdout : pulumi.unsecret(run.stdout);
    const printed = args.secretOutput === true ? pulumi.secret(stdout) : stdout;
    this.output = pulumi.all([printed, run.urn]).apply(([text, urn]) => readPrinted(action, text, urn));
    this.registerOutputs({ output: this.output });
  }
}

/** What an action has printed. A state that holds something else, of another version say, ends the update before anything is made of it. */
function readPrinted<Name extends ActionName>(action: Name, text: string, urn: string): Promise<ActionOutput<Name>> {
  const read = readAs(contract[action].output, text);
  if ('value' in read) return Promise.resolve(read.value);
  return endUpdate(
    `the action ${action} has printed something else than it should: ${read.problem}\n` +
      nextLine(`have it run anew: ${sluice('pulumi')} state taint '${urn}' -s ${pulumi.getStack()}, then npm run up`),
  );
}
