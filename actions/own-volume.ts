import { docker } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import type { ActionInput, ActionOutput } from './contract';

type Input = ActionInput<'own-volume'>;

/** Gives everything in a volume to a user, in a container that lives as long as that takes. */
export default async function ownVolume(input: Input): Promise<ActionOutput<'own-volume'>> {
  await docker(ownVolumeCommand(input), { timeoutSeconds: 120 });
  return { volume: input.volume };
}

/**
 * The first container that mounts an *empty* volume gives it the image's owner again, so it gets a file.
 */
const script = 'touch /volume/.sluice && chown -R "$0" /volume';

/** The docker command of {@link ownVolume}. */
export function ownVolumeCommand({ instance, volume, user, image }: Input): string[] {
  return [
    ...['run', '--rm', '--network', 'none', '--user', '0:0', '--entrypoint', 'sh'],
    ...['--label', `${labels.instance}=${instance}`, '--label', `${labels.stack}=platform`],
    ...['--label', `${labels.role}=own-volume`],
    ...['--cap-drop', 'ALL', '--cap-add', 'CHOWN', '--cap-add', 'DAC_OVERRIDE', '--security-opt', 'no-new-privileges'],
    ...['--read-only', '--memory', '64m', '--memory-swap', '64m', '--cpu-shares', '1024', '--pids-limit', '64'],
    ...['--ulimit', 'core=0', '--ulimit', 'nofile=1024'],
    ...['--mount', `type=volume,source=${volume},target=/volume`],
    ...[image, '-c', script, user],
  ];
}
