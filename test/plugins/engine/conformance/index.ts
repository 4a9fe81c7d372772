import type { PluginName } from '../../../../toolchain/plugins/bundle';
import { command } from './command';
import { container } from './container';
import { functions } from './functions';
import { remoteImage, tag } from './images';
import { network, volume } from './parts';
import { randoms } from './random';
import { countRows, type FunctionRow, type Subject } from './row';

const subjects: Subject[] = [container, network, volume, remoteImage, tag, command, ...randoms];

/** The table's part for one plugin. */
export interface Part {
  subjects: Subject[];
  functions: FunctionRow[];
  /** How many rows it has; each is one test. */
  count: number;
}

/** What must hold of a plugin, whoever made it. */
export function tableOf(plugin: PluginName): Part {
  const own = subjects.filter((subject) => subject.plugin === plugin);
  const called = functions.filter((row) => row.plugin === plugin);
  const count = own.reduce((sum, subject) => sum + countRows(subject), called.length);
  return { subjects: own, functions: called, count };
}
