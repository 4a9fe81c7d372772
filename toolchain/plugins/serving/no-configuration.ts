import { failuresOf } from './check';
import type { Plugin } from './plugin';
import type { Table } from './table';

const table: Table = {
  version: { type: 'string', onChange: 'ignore' },
  pluginDownloadURL: { type: 'string', onChange: 'ignore' },
};

/** The configuration of a plugin that has none. */
export const noConfiguration: Pick<
  Plugin,
  'checkConfiguration' | 'secretConfiguration' | 'replacingConfiguration' | 'configure'
> = {
  checkConfiguration: (inputs) => failuresOf(table, inputs),
  secretConfiguration: () => [],
  replacingConfiguration: [],
  configure: () => undefined,
};
