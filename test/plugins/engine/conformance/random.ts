import { secret, type Properties } from '../../../../toolchain/plugins/serving/values';
import type { ChangeRow, ErrorRow, Subject } from './row';

const keepers: ChangeRow[] = [
  ['keepers', { a: '2' }, 'replace'],
  ['keepers', { a: '1', b: '2' }, 'replace'],
  ['keepers', undefined, 'replace'],
  ['keepers', { a: '1' }, 'nothing'],
];

const textChanges: ChangeRow[] = [
  ['length', 21, 'replace'],
  ['special', false, 'replace'],
  ['special', true, 'nothing'],
  ['upper', false, 'replace'],
  ['lower', false, 'replace'],
  ['numeric', false, 'replace'],
  ['numeric', true, 'nothing'],
  ['minSpecial', 2, 'replace'],
  ['minSpecial', 0, 'nothing'],
  ['minUpper', 2, 'replace'],
  ['minLower', 2, 'replace'],
  ['minNumeric', 2, 'replace'],
  ['overrideSpecial', '!', 'replace'],
  ['overrideSpecial', '', 'replace'],
  ...keepers,
];

const textErrors: ErrorRow[] = [
  { what: 'no length', inputs: { length: undefined as never }, fails: 'check', says: /length/ },
  { what: 'a length of 0', inputs: { length: 0 }, fails: 'check', says: /length[^]*at least 1/ },
  { what: 'text for a number', inputs: { length: 'long' }, fails: 'check', says: /length/ },
  {
    what: 'more of the classes than fit',
    inputs: { length: 3, minUpper: 2, minLower: 2 },
    fails: 'check',
    says: /length[^]*at least[^]*(sum|4)/,
  },
  {
    what: 'no class',
    inputs: { upper: false, lower: false, numeric: false, special: false },
    fails: 'check',
    says: /At least one[^]*(special|upper|lower|numeric)/i,
  },
];

const base: Properties = { keepers: { a: '1' } };

function subject(type: string, more: Omit<Subject, 'plugin' | 'type' | 'deleteFirst' | 'base'>): Subject {
  return { plugin: 'random', type, deleteFirst: 'never', base, ...more };
}

export const randoms: Subject[] = [
  subject('random:index/randomPassword:RandomPassword', {
    inputs: { length: 20 },
    changes: textChanges,
    drifts: [{ what: 'nothing to look at again', happens: [], reads: { length: 20 }, then: { outcome: 'nothing' } }],
    secrets: [
      { what: 'nothing secret', inputs: {}, secret: ['bcryptHash', 'result'] },
      { what: 'a keeper', inputs: { keepers: { a: secret('x') } }, secret: ['bcryptHash', 'keepers', 'result'] },
    ],
    errors: textErrors,
  }),
  subject('random:index/randomString:RandomString', {
    inputs: { length: 20 },
    changes: textChanges,
    drifts: [{ what: 'nothing to look at again', happens: [], reads: { length: 20 }, then: { outcome: 'nothing' } }],
    secrets: [{ what: 'nothing secret', inputs: {}, secret: [] }],
    errors: textErrors,
  }),
  subject('random:index/randomId:RandomId', {
    inputs: { byteLength: 8 },
    changes: [['byteLength', 9, 'replace'], ['prefix', 'a', 'replace'], ...keepers],
    drifts: [{ what: 'nothing to look at again', happens: [], reads: { byteLength: 8 }, then: { outcome: 'nothing' } }],
    secrets: [{ what: 'nothing secret', inputs: {}, secret: [] }],
    errors: [
      { what: 'no length', inputs: { byteLength: undefined as never }, fails: 'check', says: /byteLength/ },
      { what: 'text for a number', inputs: { byteLength: 'long' }, fails: 'check', says: /byte_?Length[^]*long/i },
    ],
  }),
  subject('random:index/randomBytes:RandomBytes', {
    inputs: { length: 8 },
    changes: [['length', 9, 'replace'], ...keepers],
    drifts: [{ what: 'nothing to look at again', happens: [], reads: { length: 8 }, then: { outcome: 'nothing' } }],
    secrets: [{ what: 'nothing secret', inputs: {}, secret: ['base64', 'hex'] }],
    errors: [
      { what: 'no length', inputs: { length: undefined as never }, fails: 'check', says: /length/ },
      { what: 'a length of 0', inputs: { length: 0 }, fails: 'check', says: /length[^]*at least 1/ },
    ],
  }),
];
