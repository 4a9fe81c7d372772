import * as grpc from '@grpc/grpc-js';
import { EngineService } from '@pulumi/pulumi/proto/engine_grpc_pb';
import type { LogRequest } from '@pulumi/pulumi/proto/engine_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';

/** Pulumi's engine as far as a plugin speaks to it: takes the lines that the plugin wants shown. */
export class EngineHost {
  readonly lines: string[] = [];
  private readonly server = new grpc.Server();
  private port = 0;

  /** Where plugins find it: `127.0.0.1:PORT`. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    const log: grpc.handleUnaryCall<LogRequest, Empty> = (call, callback) => {
      this.lines.push(call.request.getMessage());
      callback(null, new Empty());
    };
    const refuse: grpc.handleUnaryCall<unknown, unknown> = (_call, callback) =>
      callback({ code: grpc.status.UNIMPLEMENTED, details: 'no plugin is expected to ask' });
    const service = EngineService as unknown as grpc.ServiceDefinition;
    const answers = Object.keys(service).map((name) => [name, name === 'log' ? log : refuse]);
    this.server.addService(service, Object.fromEntries(answers) as grpc.UntypedServiceImplementation);
    this.port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    return this;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}
