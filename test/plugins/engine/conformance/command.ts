import { secret } from '../../../../toolchain/plugins/serving/values';
import type { FunctionRow, Subject } from './row';

export const command: Subject = {
  plugin: 'command',
  type: 'command:local:Command',
  inputs: {},
  deleteFirst: 'never',
  replaceOnChanges: ['triggers'],
  base: { create: 'echo made', environment: { A: '1' }, triggers: ['a', { deep: [1] }] },
  changes: [
    ['create', 'echo other', 'update'],
    ['create', undefined, 'update'],
    ['update', 'echo update', 'update'],
    ['delete', 'echo delete', 'update'],
    ['stdin', 'x', 'update'],
    ['environment', { A: '2' }, 'update'],
    ['environment', undefined, 'update'],
    ['dir', '/', 'update'],
    ['interpreter', ['/bin/sh', '-ec'], 'update'],
    ['logging', 'none', 'update'],
    ['addPreviousOutputInEnv', false, 'update'],
    ['triggers', undefined, 'replace'],
    ['triggers', ['a', { deep: [2] }], 'replace'],
    ['triggers', ['a', { deep: [1] }, 'b'], 'replace'],
    ['triggers', ['a', { deep: [1] }], 'nothing'],
  ],
  drifts: [
    {
      what: 'nothing that it did is looked at again',
      inputs: { create: 'echo made' },
      happens: [],
      reads: { stdout: 'made', stderr: '' },
      then: { outcome: 'nothing' },
    },
  ],
  secrets: [
    { what: 'nothing secret', inputs: { create: 'echo a' }, secret: [] },
    {
      what: 'standard input, not what is printed',
      inputs: { create: 'cat', stdin: secret('x') },
      secret: ['stdin'],
    },
    {
      what: 'a variable, not what is printed',
      inputs: { create: 'echo $A', environment: { A: secret('x') } },
      secret: ['environment'],
    },
    {
      what: 'a trigger',
      inputs: { create: 'echo a', triggers: [secret('x')] },
      secret: ['triggers'],
    },
  ],
  errors: [
    {
      what: 'a command that fails: all that it printed',
      inputs: { create: 'echo printed; echo complained >&2; exit 3' },
      fails: 'create',
      says: /exit status 3[^]*printed[^]*complained/,
    },
    {
      what: 'a command that there is not',
      inputs: { create: 'no-such-command' },
      fails: 'create',
      says: /exit status 127[^]*not found/,
    },
    {
      what: 'an interpreter that there is not',
      inputs: { create: 'true', interpreter: ['/nowhere/sh', '-c'] },
      fails: 'create',
      says: /\/nowhere\/sh/,
    },
    {
      what: 'a folder that there is not',
      inputs: { create: 'true', dir: '/nowhere/at/all' },
      fails: 'create',
      says: /no such file|ENOENT/,
    },
    { what: 'a list for text', inputs: { create: ['true'] }, fails: 'check', says: /create/ },
    { what: 'text for a map', inputs: { environment: 'A=1' }, fails: 'check', says: /environment/ },
  ],
};

const token = 'command:local:run';

export const commandFunctions: FunctionRow[] = [
  {
    plugin: 'command',
    token,
    inputs: { command: 'echo $A', environment: { A: 'hello' } },
    answers: { stdout: 'hello' },
  },
  { plugin: 'command', token, inputs: { command: 'cat', stdin: 'hello' }, answers: { stdout: 'hello', stderr: '' } },
  { plugin: 'command', token, inputs: { command: 'exit 4' }, answers: /exit status 4/ },
  { plugin: 'command', token, inputs: {}, answers: /command/ },
];
