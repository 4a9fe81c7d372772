import { failuresOf } from '../serving/check';
import type { Failure, Operation, PluginFunction, ResourceKind } from '../serving/plugin';
import type { Table } from '../serving/table';
import type { Plain, PlainProperties } from '../serving/values';
import { commandKind, previousInEnvironment, withoutNulls } from './kind';
import { runCommand, type CommandOutput } from './process';

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
export const command: ResourceKind = commandKind({ table: commandTable, run: runStep });

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
  previous: CommandOutput,
  operation: Pick<Operation, 'signal' | 'status'>,
): Promise<PlainProperties & CommandOutput> {
  if (typeof step !== 'string') return { ...previous };
  const logging = inputs['logging'] ?? 'stdoutAndStderr';
  const printed = await runCommand(
    {
      command: step,
      environment: {
        ...((inputs['environment'] ?? {}) as Record<string, string>),
        ...previousInEnvironment(inputs, previous),
      },
      logStdout: logging === 'stdout' || logging === 'stdoutAndStderr',
      logStderr: logging === 'stderr' || logging === 'stdoutAndStderr',
      interpreter: inputs['interpreter'] as string[] | undefined,
      dir: inputs['dir'] as string | undefined,
      stdin: inputs['stdin'] as string | undefined,
    },
    operation,
  );
  return { ...printed };
}
