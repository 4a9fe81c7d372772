import type { PluginName } from '../../../../toolchain/plugins/bundle';
import { command } from './command';
import { container } from './container';
import { functions } from './functions';
import { remoteImage, tag } from './images';
import { network, volume } from './parts';
import { randoms } from './random';
import { remoteCommand } from './remote-command';
import { countRows, type FunctionRow, type SettingsRow, type Subject } from './row';
import { settings } from './settings';

const subjects: Subject[] = [container, network, volume, remoteImage, tag, command, remoteCommand, ...randoms];

/** The table's part for one plugin. */
export interface Part {
  subjects: Subject[];
  functions: FunctionRow[];
  settings: SettingsRow[];
  /** How many rows it has; each is one test. */
  count: number;
}

/** What must hold of a plugin, whoever made it. */
export function tableOf(plugin: PluginName): Part {
  const own = subjects.filter((subject) => subject.plugin === plugin);
  const called = functions.filter((row) => row.plugin === plugin);
  const given = settings.filter((row) => row.plugin === plugin);
  const count = own.reduce((sum, subject) => sum + countRows(subject), called.length + given.length);
  return { subjects: own, functions: called, settings: given, count };
}
