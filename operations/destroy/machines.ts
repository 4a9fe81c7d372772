import { UserError } from '../../base/errors';
import type { MachinePlace } from '../../targets/place';
import { quoted, ssh } from '../../clients/ssh/ssh';
import { isEnvironment, type EnvironmentFile, type StackFile } from '../../config/stack';
import { prefixOf } from '../../config/stacks';
import { kindOf } from '../../targets/kinds';
import { machineOfHome } from '../../targets/home';
import { homeNow } from '../machine-place';
import { platformAt } from '../platform';
import type { Scope } from './sweep';

/** An environment on another machine's engine that is about to be taken down. */
export interface RemoteEnvironment {
  file: EnvironmentFile;
  place: MachinePlace;
  /** Its platform goes with it: then nothing of either is to stay there. */
  isLast: boolean;
}

/** Those of the chosen stacks that are environments on other machines' engines. @param stacks all of the project */
export async function environmentsThere(
  chosen: readonly StackFile[],
  stacks: readonly StackFile[],
): Promise<RemoteEnvironment[]> {
  const files = chosen.filter(isEnvironment).filter(({ config }) => {
    const { declares, isPlatformEngine } = kindOf(config.target);
    return declares && !isPlatformEngine;
  });
  const found = files.map(async (file): Promise<RemoteEnvironment> => {
    const place = machineOfHome(await homeNow(file, stacks));
    const isLast = chosen.some(({ name }) => name === file.config.platform);
    return { file, place, isLast };
  });
  return Promise.all(found);
}

/** What belongs to such an environment in its engine. */
export async function scopeThere(
  { file, place, isLast }: RemoteEnvironment,
  stacks: readonly StackFile[],
): Promise<Scope> {
  const platform = isLast ? await platformAt(file.config.platform) : undefined;
  const published = [platform?.edgeImage?.image, platform?.deployImage?.image];
  return {
    instance: prefixOf(stacks, file),
    stacks: [file.name],
    on: { host: place.ssh },
    ...(isLast ? { images: { repositories: published.filter((name) => name !== undefined) } } : {}),
  };
}

/**
 * Removes the ledger of an environment from its machine.
 * @returns what was removed, for people
 * @throws UserError when it can't be
 */
export async function forgetLedger({ place: { ssh: host, folder } }: RemoteEnvironment): Promise<string> {
  const own = quoted(folder);
  const { code, stderr } = await ssh(host, `rm -rf ${own}/.sluice && { test ! -d ${own} || rmdir ${own}; }`);
  const name = `${host.user}@${host.host}:${folder}`;
  if (code === 0) return name;
  throw new UserError(`${name} can't be removed: ${stderr.trim()}`, 'remove it there');
}
