import type { ResourceKind } from '../serving/plugin';
import type { Table } from '../serving/table';
import type { PlainProperties } from '../serving/values';
import { commandKind, previousInEnvironment } from './kind';
import { dial, type RemoteConnection } from './remote-dial';
import { runRemotely } from './remote-process';

const connection: Table = {
  user: { type: 'string', onChange: 'update', default: 'root' },
  password: { type: 'string', onChange: 'update' },
  host: { type: 'string', onChange: 'update', required: true },
  port: { type: 'number', onChange: 'update', default: 22 },
  privateKey: { type: 'string', onChange: 'update' },
  privateKeyPassword: { type: 'string', onChange: 'update' },
  agentSocketPath: { type: 'string', onChange: 'update' },
  dialErrorLimit: { type: 'integer', onChange: 'update', default: 10 },
  perDialTimeout: { type: 'integer', onChange: 'update', default: 15 },
  hostKey: { type: 'string', onChange: 'update' },
};

const table: Table = {
  connection: { type: 'object', of: connection, onChange: 'update', required: true },
  create: { type: 'string', onChange: 'update' },
  update: { type: 'string', onChange: 'update' },
  delete: { type: 'string', onChange: 'update' },
  stdin: { type: 'string', onChange: 'update' },
  environment: { type: 'map', onChange: 'update' },
  addPreviousOutputInEnv: { type: 'boolean', onChange: 'update' },
  logging: { type: 'string', onChange: 'update', pattern: /^(stdout|stderr|stdoutAndStderr|none)$/ },
  triggers: { type: 'any', onChange: 'replace' },
};

/** command:remote:Command. */
export const remoteCommand: ResourceKind = commandKind({
  table,
  secretOutputs: ['connection'],
  run: async (step, inputs, previous, operation) => {
    if (typeof step !== 'string') return { ...previous };
    const logging = inputs['logging'] ?? 'stdoutAndStderr';
    const client = await dial(connectionOf(inputs), operation);
    const printed = await runRemotely(
      client,
      {
        command: step,
        environment: (inputs['environment'] ?? {}) as Record<string, string>,
        previous: previousInEnvironment(inputs, previous),
        stdin: (inputs['stdin'] ?? '') as string,
        logStdout: logging === 'stdout' || logging === 'stdoutAndStderr',
        logStderr: logging === 'stderr' || logging === 'stdoutAndStderr',
      },
      operation,
    );
    return { ...printed };
  },
});

function connectionOf(inputs: PlainProperties): RemoteConnection {
  const { user, port, dialErrorLimit, perDialTimeout, ...given } = inputs['connection'] as PlainProperties;
  const completed = {
    user: user ?? 'root',
    port: port ?? 22,
    dialErrorLimit: dialErrorLimit ?? 10,
    perDialTimeout: perDialTimeout ?? 15,
  };
  return { ...completed, ...given } as unknown as RemoteConnection;
}
