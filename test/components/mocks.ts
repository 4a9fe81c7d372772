import * as pulumi from '@pulumi/pulumi';
import { printedBy } from '../actions/printed';

/** One resource as the program registered it. */
export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** A request to register a resource, and the engine that takes it, as far as they are used here. */
interface Registration {
  getName(): string;
  getProtect(): boolean;
}
interface Monitor {
  registerResource(request: Registration, answer: unknown): unknown;
}

/** Registers resources with a mock engine that records them, and hands out predictable outputs. */
export interface Recorder {
  resources: Registered[];
  /** Names of those that Pulumi refuses to delete. */
  protected: string[];
  /** The recorded inputs of one resource. */
  inputs(type: string, name: string): Record<string, unknown>;
}

/**
 * Starts a new mock engine.
 * @param stdout what a Command prints, by its resource name; fields that are not given are those of a sample of its action
 */
export async function record(
  o: {
    stack?: string;
    stdout?: Record<string, object>;
    preview?: boolean;
    /** Outputs of other stacks, and what its own were before, by the name that a StackReference is made with. */
    references?: Record<string, Record<string, unknown>>;
    /** Names of those outputs that are secrets of their stacks. */
    secretOutputs?: readonly string[];
  } = {},
): Promise<Recorder> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (type === 'pulumi:pulumi:StackReference') {
          const outputs = o.references?.[name] ?? {};
          return { id: name, state: { name, outputs, secretOutputNames: [...(o.secretOutputs ?? [])] } };
        }
        resources.push({ type, name, inputs: inputs as Record<string, unknown> });
        return {
          id: `${name}-id`,
          state: { ...(inputs as object), ...outputsOf(type, name, inputs as never, o.stdout) },
        };
      },
      call: ({ token, inputs }): Record<string, unknown> => {
        const asked = inputs as Record<string, unknown>;
        if (token !== 'pulumi:pulumi:readStackOutputs') return asked;
        return { ...asked, outputs: o.references?.[String(asked['name'])] ?? {} };
      },
    },
    'sluice',
    o.stack ?? 'staging',
    o.preview ?? false,
    'organization',
  );
  const guarded: string[] = [];
  // What a mock engine is asked for does not tell it.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    if (request.getProtect()) guarded.push(request.getName());
    return register(request, answer);
  };
  return {
    resources,
    protected: guarded,
    inputs: (type, name) => {
      const found = resources.find((resource) => resource.type === type && resource.name === name);
      if (found === undefined) {
        throw new Error(
          `${type} ${name} was not registered, only ${resources.map((r) => `${r.type} ${r.name}`).join(', ')}`,
        );
      }
      return found.inputs;
    },
  };
}

function outputsOf(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  stdout: Record<string, object> = {},
): Record<string, unknown> {
  if (type === command || type === remoteCommand) {
    return { stdout: JSON.stringify(printedBy(inputs['create'], stdout[name])), stderr: '' };
  }
  if (type === 'docker:index/remoteImage:RemoteImage')
    return { repoDigest: inputs['name'], imageId: `id of ${String(inputs['name'])}` };
  if (type === 'random:index/randomPassword:RandomPassword')
    return { result: secret(`value of ${name}`), bcryptHash: secret(`hash of ${name}`) };
  return {};
}

/** A secret as an engine hands it out. */
function secret(value: string): object {
  return { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', value };
}

/** The value of an output; rejects when the output was rejected. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve, reject) => {
    const promise = (output as unknown as { promise(): Promise<pulumi.Unwrap<T>> }).promise();
    promise.then(resolve, reject);
  });
}

export const container = 'docker:index/container:Container';
export const remoteImage = 'docker:index/remoteImage:RemoteImage';
export const command = 'command:local:Command';
export const remoteCommand = 'command:remote:Command';
export const volume = 'docker:index/volume:Volume';
export const network = 'docker:index/network:Network';
export const randomPassword = 'random:index/randomPassword:RandomPassword';
