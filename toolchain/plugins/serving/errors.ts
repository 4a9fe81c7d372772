import * as grpc from '@grpc/grpc-js';
import { ErrorResourceInitFailed } from '@pulumi/pulumi/proto/provider_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { visible } from '../../../base/visible';
import type { Struct } from 'google-protobuf/google/protobuf/struct_pb';

/** A resource that was made, but not as asked, in the engine's terms. */
export class InitializationFailed extends Error {
  constructor(
    readonly id: string,
    readonly properties: Struct,
    readonly inputs: Struct,
    message: string,
  ) {
    super(visible(message));
  }
}

/** The error that makes the engine keep the resource in state; undefined for any other error. */
export function initializationError(error: unknown): Partial<grpc.StatusObject> | undefined {
  if (!(error instanceof InitializationFailed)) return undefined;
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(error.properties);
  detail.setInputs(error.inputs);
  detail.setReasonsList([error.message]);
  const any = new Any();
  any.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const metadata = new grpc.Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(status(error.message, any)));
  return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}

/** Any other failure: its message, without a stack. Pulumi prints it as it is. */
export function plainError(error: unknown): Partial<grpc.StatusObject> {
  return { code: grpc.status.UNKNOWN, details: visible(error instanceof Error ? error.message : String(error)) };
}

function status(message: string, detail: Any): Uint8Array {
  // Needed on failures only, so it does not slow the start.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Status } = require('@pulumi/pulumi/proto/status_pb') as { Status: new () => StatusMessage };
  const response = new Status();
  response.setCode(grpc.status.UNKNOWN);
  response.setMessage(message);
  response.addDetails(detail);
  return response.serializeBinary();
}

interface StatusMessage {
  setCode(code: number): void;
  setMessage(message: string): void;
  addDetails(detail: Any): void;
  serializeBinary(): Uint8Array;
}
