import { tableKind } from '../serving/kind';
import { updatedState } from '../serving/difference';
import type { Failure, ResourceKind } from '../serving/plugin';
import type { Table } from '../serving/table';
import type { PlainProperties } from '../serving/values';
import { randomText, type Recipe } from './characters';

const flag = { type: 'boolean', onChange: 'replace', default: true } as const;
const minimum = { type: 'integer', onChange: 'replace', default: 0, minimum: 0 } as const;

const table: Table = {
  keepers: { type: 'map', onChange: 'replace' },
  length: { type: 'integer', onChange: 'replace', required: true, minimum: 1 },
  lower: flag,
  upper: flag,
  special: flag,
  number: flag,
  numeric: flag,
  minLower: minimum,
  minNumeric: minimum,
  minSpecial: minimum,
  minUpper: minimum,
  overrideSpecial: { type: 'string', onChange: 'replace', emptyCounts: true },
};

/** `number` is the older name of `numeric`: each stands for the other where only one is given. */
function bothNames(inputs: PlainProperties): PlainProperties {
  const value = inputs['numeric'] ?? inputs['number'] ?? true;
  return { ...inputs, number: inputs['number'] ?? value, numeric: value };
}

function contradictions(inputs: PlainProperties): Failure[] {
  const number = (name: string): number => (typeof inputs[name] === 'number' ? inputs[name] : 0);
  const minimums = number('minLower') + number('minNumeric') + number('minSpecial') + number('minUpper');
  const classes = ['lower', 'upper', 'special', 'numeric'].some((name) => inputs[name] !== false);
  return [
    ...(typeof inputs['length'] === 'number' && inputs['length'] < minimums
      ? [
          {
            property: 'length',
            reason: `should be at least ${minimums}, the sum of the minimums, is ${inputs['length']}`,
          },
        ]
      : []),
    ...(classes
      ? []
      : [{ property: 'special', reason: 'at least one of lower, upper, numeric, special should be true' }]),
  ];
}

function recipe(inputs: PlainProperties): Recipe {
  return { overrideSpecial: '', ...inputs } as unknown as Recipe;
}

const shared = {
  table,
  complete: bothNames,
  checkMore: contradictions,
  update: (_id: string, { state, inputs }: { state: PlainProperties; inputs: PlainProperties }) =>
    Promise.resolve(updatedState(table, state, inputs)),
  delete: () => Promise.resolve(),
};

/** random:index/randomPassword:RandomPassword. Result and hash are secret; the id says nothing. */
export const randomPassword: ResourceKind = tableKind({
  ...shared,
  outputs: ['result', 'bcryptHash'],
  secretOutputs: ['result', 'bcryptHash'],
  create: async (inputs) => {
    const result = randomText(recipe(inputs));
    return { id: 'none', state: { ...inputs, result, bcryptHash: await bcryptHash(result) } };
  },
  // An import takes the password itself as the id.
  read: async ({ id, state }) => {
    if (state['result'] !== undefined) return { id, state };
    return { id: 'none', state: { ...imported(id), bcryptHash: await bcryptHash(id) } };
  },
});

/** random:index/randomString:RandomString. Its id is the text. */
export const randomString: ResourceKind = tableKind({
  ...shared,
  outputs: ['result'],
  create: (inputs) => {
    const result = randomText(recipe(inputs));
    return Promise.resolve({ id: result, state: { ...inputs, result } });
  },
  read: ({ id, state }) => Promise.resolve({ id, state: state['result'] === undefined ? imported(id) : state }),
});

function imported(text: string): PlainProperties {
  const defaults = Object.entries(table).flatMap(([name, property]) =>
    property.default === undefined ? [] : [[name, property.default] as const],
  );
  return { ...Object.fromEntries(defaults), length: text.length, result: text };
}

async function bcryptHash(text: string): Promise<string> {
  // Loaded at the first password only.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const bcrypt = require('bcryptjs') as typeof import('bcryptjs');
  return bcrypt.hash(text, 10);
}
