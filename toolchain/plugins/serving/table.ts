import type { Plain } from './values';

/**
 * What a change of a property does: `replace` makes a new resource, `update` changes the existing one (which may mean that
 * state alone changes, where the official plugin does no more), `ignore` does nothing.
 */
export type OnChange = 'replace' | 'update' | 'ignore';

/** One property of a resource: the single description that checking, diffing and refusing work from. */
export interface Property {
  /** `list` keeps order, `set` does not; `any` is not looked into. */
  type: 'string' | 'integer' | 'number' | 'boolean' | 'list' | 'set' | 'map' | 'object' | 'any';
  /** Members of a list or set; strings when absent. */
  of?: Table;
  onChange: OnChange;
  required?: boolean;
  /** Put into the inputs when the program says nothing. */
  default?: Plain;
  /** The engine chooses when the program says nothing, so saying nothing is no difference. */
  computed?: boolean;
  /** Saying nothing asks for no change, whatever the value is. */
  keptWhenUnset?: boolean;
  /** What it does when members of a list or set change and their number does not; `onChange` when absent. */
  onMemberChange?: OnChange;
  /** An empty text is another value than none. */
  emptyCounts?: boolean;
  /** A value that does not match is refused. */
  pattern?: RegExp;
  /** Smallest allowed number. */
  minimum?: number;
  /** Tells whether two values mean the same; by default they do when they are equal after normalising. */
  same?: (state: Plain, input: Plain) => boolean;
}

export type Table = Record<string, Property>;
