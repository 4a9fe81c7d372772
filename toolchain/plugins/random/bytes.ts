import { randomBytes as bytesOf } from 'node:crypto';
import { tableKind } from '../serving/kind';
import { updatedState } from '../serving/difference';
import type { Table } from '../serving/table';
import type { Plain, PlainProperties } from '../serving/values';

const keepers = { type: 'map', onChange: 'replace' } as const;

const idTable: Table = {
  keepers,
  byteLength: { type: 'integer', onChange: 'replace', required: true, minimum: 1 },
  prefix: { type: 'string', onChange: 'replace' },
};

/** A random id in the ways the SDK offers. */
export function idOutputs(bytes: Buffer, prefix: string): Record<string, string> {
  return {
    b64Std: prefix + bytes.toString('base64'),
    b64Url: prefix + bytes.toString('base64url'),
    hex: prefix + bytes.toString('hex'),
    dec: prefix + BigInt(`0x${bytes.toString('hex')}`).toString(),
  };
}

/** random:index/randomId:RandomId. Its id is its base64url text without the prefix. */
export const randomId = tableKind({
  table: idTable,
  outputs: ['b64Std', 'b64Url', 'dec', 'hex'],
  create: (inputs) => {
    const bytes = bytesOf(inputs['byteLength'] as number);
    const outputs = idOutputs(bytes, text(inputs['prefix']));
    return Promise.resolve({ id: bytes.toString('base64url'), state: { ...inputs, ...outputs } });
  },
  // An import takes `prefix,base64url`.
  read: (existing) => {
    const { id } = existing;
    if (existing.state['hex'] !== undefined) return Promise.resolve(existing);
    const comma = id.lastIndexOf(',');
    const bytes = Buffer.from(id.slice(comma + 1), 'base64url');
    const prefix = comma === -1 ? '' : id.slice(0, comma);
    const state: PlainProperties = { byteLength: bytes.length, ...(prefix === '' ? {} : { prefix }) };
    return Promise.resolve({ id: id.slice(comma + 1), state: { ...state, ...idOutputs(bytes, prefix) } });
  },
  update: (_id, { state, inputs }) => Promise.resolve(updatedState(idTable, state, inputs)),
  delete: () => Promise.resolve(),
});

const bytesTable: Table = {
  keepers,
  length: { type: 'integer', onChange: 'replace', required: true, minimum: 1 },
};

function bytesState(bytes: Buffer): PlainProperties {
  return { length: bytes.length, base64: bytes.toString('base64'), hex: bytes.toString('hex') };
}

/** random:index/randomBytes:RandomBytes. Its outputs are secret; its id is its base64 text, as with the official plugin. */
export const randomBytes = tableKind({
  table: bytesTable,
  outputs: ['base64', 'hex'],
  secretOutputs: ['base64', 'hex'],
  create: (inputs) => {
    const state = bytesState(bytesOf(inputs['length'] as number));
    return Promise.resolve({ id: state['base64'] as string, state: { ...inputs, ...state } });
  },
  read: ({ id, state }) =>
    Promise.resolve({ id, state: state['base64'] === undefined ? bytesState(Buffer.from(id, 'base64')) : state }),
  update: (_id, { state, inputs }) => Promise.resolve(updatedState(bytesTable, state, inputs)),
  delete: () => Promise.resolve(),
});

function text(value: Plain | undefined): string {
  return typeof value === 'string' ? value : '';
}
