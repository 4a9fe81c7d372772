import * as grpc from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { handlers } from './handlers';
import { setEngineAddress } from './log';
import type { Plugin } from './plugin';

// Pulumi's own limit: a state may be large.
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
const PARENT_CHECK_MILLISECONDS = 1000;

/**
 * Serves a plugin to the Pulumi engine that started this process: listens on a loopback port, prints the port, and ends
 * when the engine does.
 * @param argv arguments after the program's name; the first that is no option is the engine's address
 */
export function serve(plugin: Plugin, argv: readonly string[]): void {
  const address = argv.find((argument, index) => !argument.startsWith('-') && argv[index - 1] !== '--tracing');
  if (address !== undefined) setEngineAddress(address);
  const stop = new AbortController();
  const server = new grpc.Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, handlers(plugin, stop));
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
  endWithParent(server, stop);
}

/**
 * An engine that was killed cannot tell its plugins to end. Nobody would hear their answers, and what they still run would
 * work against the next update, so they end by themselves: as soon as what they run has ended.
 */
function endWithParent(server: grpc.Server, stop: AbortController): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop.abort(new Error('the Pulumi engine has ended'));
    server.forceShutdown();
  }, PARENT_CHECK_MILLISECONDS);
  timer.unref();
}
