import { failuresOf, withDefaults } from './check';
import { differencesOf, readInputs, updatedState } from './difference';
import { isNamedByPlugin, withName } from './names';
import type { ResourceKind } from './plugin';
import type { Table } from './table';
import { UNKNOWN, type PlainProperties } from './values';

/** What the table alone decides of a resource: checking, diffing, previews. The rest is the kind's own. */
export interface TableKind extends Pick<ResourceKind, 'create' | 'read' | 'update' | 'delete' | 'secretOutputs'> {
  table: Table;
  /** Names of outputs that are no inputs. */
  outputs: readonly string[];
  /** A resource without a name is given one. */
  autoname?: boolean;
  /** A replaced resource is deleted first even when its name changes. */
  deleteBeforeReplace?: boolean;
  /** Puts in what no table's default can say. */
  complete?: (inputs: PlainProperties) => PlainProperties;
  /** What no table can say is wrong with the inputs. */
  checkMore?: (inputs: PlainProperties) => ReturnType<typeof failuresOf>;
}

/** A resource kind that works from its table. */
export function tableKind(kind: TableKind): ResourceKind {
  const { table, outputs, autoname = false } = kind;
  return {
    check: (olds, news, { name, seed }) => {
      const named = autoname ? withName(news, olds, name, seed) : news;
      const failures = failuresOf(table, named);
      const completed = kind.complete?.(named) ?? named;
      return { inputs: withDefaults(table, completed), failures: [...failures, ...(kind.checkMore?.(named) ?? [])] };
    },
    diff: ({ state, inputs }) => ({
      differences: differencesOf(table, state, inputs),
      // Two resources of one name can't exist side by side. The official plugins don't ask whether the name is another one.
      deleteBeforeReplace: kind.deleteBeforeReplace === true || (autoname && !isNamedByPlugin(inputs)),
    }),
    previewCreate: (inputs) => ({
      ...Object.fromEntries(
        [...outputs, ...Object.keys(table).filter((name) => table[name]?.computed === true)].map((name) => [
          name,
          UNKNOWN,
        ]),
      ),
      ...meantInputs(inputs),
    }),
    previewUpdate: ({ state, inputs }) => updatedState(table, state, meantInputs(inputs)),
    inputsOf: (olds, state) => readInputs(table, olds, state),
    create: kind.create,
    read: kind.read,
    update: kind.update,
    delete: kind.delete,
    secretOutputs: kind.secretOutputs,
  };
}

/** Inputs without the plugin's own notes. */
export function meantInputs(inputs: PlainProperties): PlainProperties {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !name.startsWith('__')));
}
