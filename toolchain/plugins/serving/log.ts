import type { EngineClient } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { visible } from '../../../base/visible';

let address: string | undefined;
let client: EngineClient | undefined;

/** Says where the engine listens for log lines. */
export function setEngineAddress(value: string): void {
  if (value === address) return;
  address = value;
  client = undefined;
}

/**
 * Shows a line beside the resource while it is being worked on; the engine does not keep it.
 * Lost silently when no engine listens: a log line must never fail an operation.
 */
export function logStatus(urn: string, line: string): void {
  if (address === undefined || line.trim() === '') return;
  // Loaded at the first line only: most runs log nothing and should start fast.
  /* eslint-disable @typescript-eslint/no-require-imports */
  const grpc = require('@grpc/grpc-js') as typeof import('@grpc/grpc-js');
  const service =
    require('@pulumi/pulumi/proto/engine_grpc_pb') as typeof import('@pulumi/pulumi/proto/engine_grpc_pb');
  const messages = require('@pulumi/pulumi/proto/engine_pb') as typeof import('@pulumi/pulumi/proto/engine_pb');
  /* eslint-enable @typescript-eslint/no-require-imports */
  client ??= new service.EngineClient(address, grpc.credentials.createInsecure());
  const request = new messages.LogRequest();
  request.setSeverity(messages.LogSeverity.INFO);
  request.setUrn(urn);
  request.setMessage(visible(line));
  request.setEphemeral(true);
  client.log(request, () => undefined);
}
