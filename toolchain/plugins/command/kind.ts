import { randomBytes } from 'node:crypto';
import { failuresOf, withDefaults } from '../serving/check';
import type { Change, Difference, Operation, UpdatePlan, ResourceKind } from '../serving/plugin';
import type { Table } from '../serving/table';
import { holdsUnknown, UNKNOWN, type Plain, type PlainProperties } from '../serving/values';
import { differences } from './differences';
import type { CommandOutput } from './process';

/** What a local and a remote command differ in. */
export interface CommandParts {
  table: Table;
  /** Runs one of create, update and delete; a step that is no text does nothing and prints what was printed before. */
  run: (
    step: Plain | undefined,
    inputs: PlainProperties,
    previous: CommandOutput,
    operation: Pick<Operation, 'signal' | 'status'>,
  ) => Promise<PlainProperties & CommandOutput>;
  /** Outputs that are secret whatever the program says. */
  secretOutputs?: readonly string[];
}

/** A resource that runs commands when it is made, changed and deleted. */
export function commandKind({ table, run, secretOutputs }: CommandParts): ResourceKind {
  const plan = (olds: PlainProperties, news: PlainProperties): UpdatePlan => {
    const found: Difference[] = Object.keys(table).flatMap((name) =>
      differences(name, olds[name], news[name]).map((difference) => ({ ...difference, replaces: name === 'triggers' })),
    );
    return { differences: found, deleteBeforeReplace: false };
  };
  return {
    check: (_olds, news) => ({ inputs: withDefaults(table, withoutNulls(news)), failures: failuresOf(table, news) }),
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
      const printed = await run(inputs['create'], inputs, { stdout: '', stderr: '' }, operation);
      return { id: operation.name + randomBytes(4).toString('hex'), state: { ...inputs, ...printed } };
    },
    // What a command did cannot be looked up.
    read: (existing) => Promise.resolve(existing),
    inputsOf: (olds) => olds,
    update: async (_id, { state, inputs }: Change, operation) => {
      const printed = await run(inputs['update'] ?? inputs['create'], inputs, printedOf(state), operation);
      return { ...inputs, ...printed };
    },
    delete: async ({ state }, operation) => {
      await run(state['delete'], state, printedOf(state), operation);
    },
    secretOutputs,
  };
}

/** What a command printed before, for its environment, unless the inputs don't want it there. */
export function previousInEnvironment(
  inputs: PlainProperties,
  { stdout, stderr }: CommandOutput,
): Record<string, string> {
  if (inputs['addPreviousOutputInEnv'] === false) return {};
  return {
    ...(stdout === '' ? {} : { PULUMI_COMMAND_STDOUT: stdout }),
    ...(stderr === '' ? {} : { PULUMI_COMMAND_STDERR: stderr }),
  };
}

export function withoutNulls(properties: PlainProperties): PlainProperties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

/** The inputs that made the state; engines before 3.74 don't send them, but the state repeats them. */
function previousInputs(state: PlainProperties, oldInputs: PlainProperties): PlainProperties {
  return Object.keys(oldInputs).length > 0 ? oldInputs : state;
}

function printedOf(state: PlainProperties): CommandOutput {
  return { stdout: (state['stdout'] ?? '') as string, stderr: (state['stderr'] ?? '') as string };
}

function same(a: Plain | undefined, b: Plain | undefined): boolean {
  return differences('', a, b).length === 0;
}
