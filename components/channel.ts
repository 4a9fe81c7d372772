import * as pulumi from '@pulumi/pulumi';
import type { ActionOutput } from '../actions/contract';
import type { RegistryPlace } from '../clients/registry/place';
import type { Candidate } from '../releases/types';
import { Action } from './action';

/** Arguments of {@link Channel}. */
export interface ChannelArgs {
  /** Tag that the releases get in their repositories. */
  channel: string;
  /** What an environment has switched to: its cutover's own output, so that no tag tells of what does not run. */
  deployed: pulumi.Input<ActionOutput<'cutover'>>;
  /** Services that the platform builds: no repository of theirs has channels. @default none */
  builds?: readonly string[];
  /** Where the registry is for people; a step has its own way, which it is told by its environment. */
  registry: RegistryPlace;
  registryLogin: pulumi.Input<{ username: string; password: string }>;
}

/**
 * The channel in which an environment records what it deploys: a tag per managed service, moved after the cutover. Who
 * wants what production runs pulls `<repository>:production`, and a further environment may follow it.
 */
export class Channel extends pulumi.ComponentResource {
  constructor(name: string, args: ChannelArgs, opts?: pulumi.ComponentResourceOptions) {
    super('sluice:index:Channel', name, {}, opts);
    const candidate = pulumi
      .output(args.deployed)
      .apply(
        (deployed) =>
          Object.fromEntries(
            Object.entries(deployed.candidate).filter(([service]) => args.builds?.includes(service) !== true),
          ) satisfies Candidate,
      );
    new Action(
      name,
      {
        action: 'move-channel',
        input: pulumi.output({
          channel: args.channel,
          candidate,
          registryUrl: args.registry.url,
          registryCa: args.registry.ca,
        }),
        secret: { login: args.registryLogin },
        triggers: [args.channel, candidate],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
