import { randomBytes } from 'node:crypto';
import { failuresOf } from '../serving/check';
import type { Change, Difference, Failure, Operation, Plan, PluginFunction, ResourceKind } from '../serving/plugin';
import type { Table } from '../serving/table';
import { holdsUnknown, UNKNOWN, type Plain, type PlainProperties } from '../serving/values';
import { differences } from './differences';
import { runCommand, type Printed } from './process';

const shared: Table = {
  addPreviousOutputInEnv: { type: 'boolean', onChange: 'update' },
  dir: { type: 'string', onChange: 'update' },
  environment: { type: 'map', onChange: 'update' },
  interpreter: { type: 'list', onChange: 'update' },
  logging: { type: 'string', onChange: 'update', pattern: /^(stdout|stderr|stdoutAndStderr|none)$/ },
  stdin: { type: 'string', onChange: 'update' },
};

const commandTable: Table = {
  ...shared,
  create: { type: 'string', onChange: 'update' },
  update: { type: 'string', onChange: 'update' },
  delete: { type: 'string', onChange: 'update' },
  triggers: { type: 'any', onChange: 'replace' },
};

const runTable: Table = { ...shared, command: { type: 'string', onChange: 'update', required: true } };

/** command:local:Command. */
export const command: ResourceKind = {
  check: (_olds, news) => ({ inputs: withoutNulls(news), failures: failuresOf(commandTable, news) }),
  diff: ({ state, oldInputs, inputs }) => plan(previousInputs(state, oldInputs), inputs),
  previewCreate: (inputs) => ({ ...inputs, stdout: UNKNOWN, stderr: UNKNOWN }),
  previewUpdate: ({ state, oldInputs, inputs }) => {
    const olds = previousInputs(state, oldInputs);
    const changed = Object.keys(inputs).some(
      (name) => holdsUnknown(inputs[name]) || (olds[name] !== undefined && !same(olds[name], inputs[name])),
    );
    const { stdout = '', stderr = '' } = state;
    return changed ? { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN } : { ...inputs, stdout, stderr };
  },
  create: async (inputs, operation) => {
    const printed = await runStep(inputs['create'], inputs, { stdout: '', stderr: '' }, operation);
    return { id: operation.name + randomBytes(4).toString('hex'), state: { ...inputs, ...printed } };
  },
  // What a command did cannot be looked up.
  read: (existing) => Promise.resolve(existing),
  inputsOf: (olds) => olds,
  update: async (_id, { state, inputs }: Change, operation) => {
    const printed = await runStep(inputs['update'] ?? inputs['create'], inputs, printedOf(state), operation);
    return { ...inputs, ...printed };
  },
  delete: async ({ state }, operation) => {
    await runStep(state['delete'], state, printedOf(state), operation);
  },
};

/** command:local:run, which runs at every preview and update. */
export const run: PluginFunction = {
  check: (inputs): Failure[] => failuresOf(runTable, inputs),
  run: async (inputs, operation) => {
    const known = withoutNulls(inputs);
    return { ...known, ...(await runStep(known['command'], known, { stdout: '', stderr: '' }, operation)) };
  },
};

async function runStep(
  step: Plain | undefined,
  inputs: PlainProperties,
  previous: Printed,
  operation: Pick<Operation, 'signal' | 'status'>,
): Promise<PlainProperties & Printed> {
  if (typeof step !== 'string') return { ...previous };
  const logging = inputs['logging'] ?? 'stdoutAndStderr';
  const printed = await runCommand(
    {
      command: step,
      environment: {
        ...((inputs['environment'] ?? {}) as Record<string, string>),
        ...(inputs['addPreviousOutputInEnv'] === false ? {} : previousInEnvironment(previous)),
      },
      logStdout: logging === 'stdout' || logging === 'stdoutAndStderr',
      logStderr: logging === 'stderr' || logging === 'stdoutAndStderr',
      ...(inputs['interpreter'] === undefined ? {} : { interpreter: inputs['interpreter'] as string[] }),
      ...(inputs['dir'] === undefined ? {} : { dir: inputs['dir'] as string }),
      ...(inputs['stdin'] === undefined ? {} : { stdin: inputs['stdin'] as string }),
    },
    operation,
  );
  return { ...printed };
}

function previousInEnvironment({ stdout, stderr }: Printed): Record<string, string> {
  return {
    ...(stdout === '' ? {} : { PULUMI_COMMAND_STDOUT: stdout }),
    ...(stderr === '' ? {} : { PULUMI_COMMAND_STDERR: stderr }),
  };
}

function plan(olds: PlainProperties, news: PlainProperties): Plan {
  const found: Difference[] = Object.keys(commandTable).flatMap((name) =>
    differences(name, olds[name], news[name]).map((difference) => ({ ...difference, replaces: name === 'triggers' })),
  );
  return { differences: found, deleteBeforeReplace: false };
}

/** The inputs that made the state; engines before 3.74 don't send them, but the state repeats them. */
function previousInputs(state: PlainProperties, oldInputs: PlainProperties): PlainProperties {
  return Object.keys(oldInputs).length > 0 ? oldInputs : state;
}

function printedOf(state: PlainProperties): Printed {
  return { stdout: (state['stdout'] ?? '') as string, stderr: (state['stderr'] ?? '') as string };
}

function same(a: Plain | undefined, b: Plain | undefined): boolean {
  return differences('', a, b).length === 0;
}

function withoutNulls(properties: PlainProperties): PlainProperties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}
