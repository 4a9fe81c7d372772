import { status, type handleUnaryCall, type UntypedServiceImplementation } from '@grpc/grpc-js';
import * as provider from '@pulumi/pulumi/proto/provider_pb';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { checkConfiguration, configure, diffConfiguration } from './configuration';
import { initializationError, plainError } from './errors';
import { invoke } from './invoke';
import { setEngineAddress } from './log';
import type { Plugin } from './plugin';
import { resources } from './resources';

type Handler = (request: never) => Promise<unknown>;

/** The gRPC service of a plugin; `stop` aborts what runs when the engine cancels. */
export function handlers(plugin: Plugin, stop: AbortController): UntypedServiceImplementation {
  const calls: Record<string, Handler> = {
    handshake: (request: provider.ProviderHandshakeRequest) => {
      setEngineAddress(request.getEngineAddress());
      const response = new provider.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return Promise.resolve(response);
    },
    getPluginInfo: () => {
      const response = new PluginInfo();
      response.setVersion(plugin.version);
      return Promise.resolve(response);
    },
    getSchema: () => {
      const response = new provider.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: plugin.name, version: plugin.version }));
      return Promise.resolve(response);
    },
    cancel: () => {
      stop.abort(new Error('cancelled'));
      return Promise.resolve(new Empty());
    },
    checkConfig: (request: provider.CheckRequest) => checkConfiguration(plugin, request),
    diffConfig: (request: provider.DiffRequest) => diffConfiguration(plugin, request),
    configure: (request: provider.ConfigureRequest) => configure(plugin, request),
    invoke: (request: provider.InvokeRequest) => invoke(plugin, request, stop.signal),
    ...resources(plugin, stop.signal),
  };
  return Object.fromEntries(Object.keys(SERVICE_METHODS).map((name) => [name, unary(name, calls[name])]));
}

// grpc-js complains about methods without a handler; those the plugin does not have answer "unimplemented".
const SERVICE_METHODS = {
  handshake: 0,
  parameterize: 0,
  getSchema: 0,
  checkConfig: 0,
  diffConfig: 0,
  configure: 0,
  invoke: 0,
  call: 0,
  check: 0,
  diff: 0,
  create: 0,
  read: 0,
  update: 0,
  delete: 0,
  construct: 0,
  cancel: 0,
  getPluginInfo: 0,
  attach: 0,
  getMapping: 0,
  getMappings: 0,
};

function unary(name: string, handler: Handler | undefined): handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    if (handler === undefined) {
      callback({ code: status.UNIMPLEMENTED, details: `${name} is not served` });
      return;
    }
    // A handler may throw before it returns its promise.
    Promise.resolve()
      .then(() => handler(call.request as never))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(initializationError(error) ?? plainError(error)),
      );
  };
}
