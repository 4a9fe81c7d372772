import * as pulumi from '@pulumi/pulumi';
import { Action } from './action';

/** A volume and the user that is to write to it. */
export interface OwnVolumeArgs {
  instance: string;
  volume: pulumi.Input<string>;
  /** `uid:gid`. */
  user: string;
  /** Any image with a shell and `chown`; usually that of the program. */
  image: pulumi.Input<string>;
}

/**
 * Gives a volume to a user. An empty volume belongs to whoever owns the folder in the image, which for many official
 * images is root although their program needs no root.
 * @returns the volume's name, known when it can be written to
 */
export function ownVolume(name: string, args: OwnVolumeArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const action = new Action(
    name,
    {
      action: 'own-volume',
      input: pulumi.output({ instance: args.instance, volume: args.volume, user: args.user, image: args.image }),
      secret: {},
      triggers: [args.volume, args.user],
    },
    { parent },
  );
  return action.output.apply(({ volume }) => volume);
}
