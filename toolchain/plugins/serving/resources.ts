import * as provider from '@pulumi/pulumi/proto/provider_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { checkResponse } from './check-response';
import { diffResponse } from './diff-response';
import { InitializationFailed } from './errors';
import { logStatus } from './log';
import { HalfMade, type Change, type Operation, type Plugin, type ResourceKind } from './plugin';
import { readStruct, writeStruct } from './struct';
import { carrySecrets, plainProperties, secret, holdsSecret, type PlainProperties, type Properties } from './values';

/** The handlers that work on resources. */
export function resources(plugin: Plugin, signal: AbortSignal): Record<string, (request: never) => Promise<unknown>> {
  const operation = (request: { getUrn(): string; getTimeout?(): number }): Operation => ({
    urn: request.getUrn(),
    name: nameOf(request.getUrn()),
    status: (line) => logStatus(request.getUrn(), line),
    signal,
    timeoutSeconds: request.getTimeout?.() ?? 0,
  });
  const kindOf = (urn: string): ResourceKind => {
    const type = typeOf(urn);
    const kind = plugin.resources[type];
    if (kind !== undefined) return kind;
    throw new Error(
      `this ${plugin.name} plugin does not serve the resource type ${type}; it serves ${Object.keys(plugin.resources).join(', ')}`,
    );
  };

  return {
    check: (request: provider.CheckRequest) => {
      const kind = kindOf(request.getUrn());
      const news = readStruct(request.getNews());
      const { inputs, failures } = kind.check(plainProperties(readStruct(request.getOlds())), plainProperties(news), {
        name: nameOf(request.getUrn()),
        seed: request.getRandomseed_asU8(),
      });
      return Promise.resolve(checkResponse(carrySecrets(news, inputs) as Properties, failures));
    },

    diff: (request: provider.DiffRequest) =>
      Promise.resolve(diffResponse(kindOf(request.getUrn()).diff(change(request)))),

    create: async (request: provider.CreateRequest) => {
      const kind = kindOf(request.getUrn());
      const inputs = readStruct(request.getProperties());
      const response = new provider.CreateResponse();
      const marked = (state: PlainProperties): Properties => withSecrets(kind, [inputs], state);
      if (request.getPreview()) {
        response.setProperties(writeStruct(marked(kind.previewCreate(plainProperties(inputs)))));
        return response;
      }
      try {
        const { id, state } = await kind.create(plainProperties(inputs), operation(request));
        response.setId(id);
        response.setProperties(writeStruct(marked(state)));
        return response;
      } catch (error) {
        throw kept(error, inputs, marked);
      }
    },

    read: async (request: provider.ReadRequest) => {
      const kind = kindOf(request.getUrn());
      const state = readStruct(request.getProperties());
      const inputs = readStruct(request.getInputs());
      const response = new provider.ReadResponse();
      const found = await kind.read({ id: request.getId(), state: plainProperties(state) }, operation(request));
      // An answer without an id says that the resource is gone.
      if (found === undefined) return response;
      response.setId(found.id);
      response.setProperties(writeStruct(withSecrets(kind, [inputs, state], found.state)));
      const readInputs = kind.inputsOf(plainProperties(inputs), found.state);
      response.setInputs(writeStruct(carrySecrets(inputs, readInputs) as Properties));
      return response;
    },

    update: async (request: provider.UpdateRequest) => {
      const kind = kindOf(request.getUrn());
      const inputs = readStruct(request.getNews());
      const response = new provider.UpdateResponse();
      const marked = (state: PlainProperties): Properties => withSecrets(kind, [inputs], state);
      if (request.getPreview()) {
        response.setProperties(writeStruct(marked(kind.previewUpdate(change(request)))));
        return response;
      }
      try {
        response.setProperties(
          writeStruct(marked(await kind.update(request.getId(), change(request), operation(request)))),
        );
        return response;
      } catch (error) {
        throw kept(error, inputs, marked);
      }
    },

    delete: async (request: provider.DeleteRequest) => {
      const existing = { id: request.getId(), state: plainProperties(readStruct(request.getProperties())) };
      await kindOf(request.getUrn()).delete(existing, operation(request));
      return new Empty();
    },
  };
}

function change(request: provider.DiffRequest | provider.UpdateRequest): Change {
  return {
    state: plainProperties(readStruct(request.getOlds())),
    oldInputs: plainProperties(readStruct(request.getOldInputs())),
    inputs: plainProperties(readStruct(request.getNews())),
  };
}

/** State with secrets where its sources have them under the same name. */
function withSecrets(kind: ResourceKind, sources: readonly Properties[], state: PlainProperties): Properties {
  return Object.fromEntries(
    Object.entries(state).map(([key, value]) => {
      if (kind.secretOutputs?.includes(key) === true) return [key, secret(value)];
      const source = sources.find((candidate) => holdsSecret(candidate[key]));
      return [key, carrySecrets(source?.[key], value)];
    }),
  );
}

function kept(error: unknown, inputs: Properties, marked: (state: PlainProperties) => Properties): unknown {
  if (!(error instanceof HalfMade)) return error;
  const { id, state } = error.existing;
  return new InitializationFailed(id, writeStruct(marked(state)), writeStruct(inputs), error.message);
}

function typeOf(urn: string): string {
  const qualified = urn.split('::')[2] ?? '';
  return qualified.split('$').pop() ?? '';
}

function nameOf(urn: string): string {
  return urn.split('::').slice(3).join('::');
}
