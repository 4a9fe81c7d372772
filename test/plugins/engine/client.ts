import { spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb';
import type { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import * as provider from '@pulumi/pulumi/proto/provider_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { readStruct, writeStruct } from '../../../toolchain/plugins/serving/struct';
import { plainProperties, type Properties } from '../../../toolchain/plugins/serving/values';
import { EngineHost } from './engine-host';
import { pathOf, type Executable } from './executables';
import { keepSecret } from './keep-secret';

/** What a change of inputs asks for, as the plugin says it. */
export interface Diff {
  changes: boolean;
  changed: string[];
  replaces: string[];
  deleteBeforeReplace: boolean;
  /** Paths of what changes, down to members. */
  details: string[];
}

export interface Existing {
  id: string;
  inputs: Properties;
  state: Properties;
}

/** Speaks to a plugin as Pulumi's engine does, secrets included. */
export class PluginClient {
  /** The plugin's own version, as it tells it. */
  version = '';
  /** A plugin that does not take secrets gets plain values, and the engine marks its answers. */
  private takesSecrets = false;

  private constructor(
    readonly executable: Executable,
    private readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
    private readonly host: EngineHost,
  ) {}

  static async start(executable: Executable, settings: Properties = {}): Promise<PluginClient> {
    const file = await pathOf(executable);
    const host = await new EngineHost().start();
    const child = spawn(file, [host.address], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${file} ended with ${String(code)}`)));
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const self = new PluginClient(executable, child, client, host);
    try {
      await self.configure(settings);
    } catch (error) {
      self.stop();
      throw error;
    }
    return self;
  }

  stop(): void {
    this.client.close();
    this.process.kill();
    this.host.stop();
  }

  /** Lines that the plugin has shown so far. */
  get shownLines(): readonly string[] {
    return this.host.lines;
  }

  private async configure(settings: Properties): Promise<void> {
    const urn = `urn:pulumi:test::test::pulumi:providers:${this.executable.plugin}::default`;
    const check = new provider.CheckRequest();
    check.setUrn(urn);
    check.setNews(writeStruct(settings));
    const checked = (await promisify(this.client.checkConfig.bind(this.client))(check)) as provider.CheckResponse;
    assertNoFailures(checked);
    const configure = new provider.ConfigureRequest();
    configure.setArgs(checked.getInputs());
    for (const [key, value] of Object.entries(plainProperties(readStruct(checked.getInputs())))) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      configure.getVariablesMap().set(`${this.executable.plugin}:config:${key}`, text);
    }
    configure.setAcceptsecrets(true);
    configure.setAcceptresources(true);
    const answer = (await promisify(this.client.configure.bind(this.client))(configure)) as provider.ConfigureResponse;
    this.takesSecrets = answer.getAcceptsecrets();
    const info = (await promisify(this.client.getPluginInfo.bind(this.client))(new Empty())) as PluginInfo;
    this.version = info.getVersion();
  }

  private sent(properties: Properties): ReturnType<typeof writeStruct> {
    return writeStruct(this.takesSecrets ? properties : plainProperties(properties));
  }

  private received(properties: Properties, from: Properties): Properties {
    return this.takesSecrets ? properties : keepSecret(properties, from);
  }

  /** Checked inputs. @throws Error with every failure */
  async check(type: string, news: Properties, olds: Properties = {}): Promise<Properties> {
    const request = new provider.CheckRequest();
    request.setUrn(urn(type));
    request.setNews(this.sent(news));
    request.setOlds(this.sent(olds));
    request.setRandomseed(Buffer.from('seed-of-this-very-test-0123456789'));
    const response = (await promisify(this.client.check.bind(this.client))(request)) as provider.CheckResponse;
    assertNoFailures(response);
    return this.received(readStruct(response.getInputs()), news);
  }

  async create(type: string, news: Properties): Promise<Existing> {
    return this.createChecked(type, await this.check(type, news));
  }

  /** Makes a resource of inputs that were checked. */
  async createChecked(type: string, inputs: Properties): Promise<Existing> {
    const request = new provider.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(this.sent(inputs));
    const response = (await promisify(this.client.create.bind(this.client))(request)) as provider.CreateResponse;
    return { id: response.getId(), inputs, state: this.received(readStruct(response.getProperties()), inputs) };
  }

  async previewCreate(type: string, news: Properties): Promise<Properties> {
    const request = new provider.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(this.sent(await this.check(type, news)));
    request.setPreview(true);
    const response = (await promisify(this.client.create.bind(this.client))(request)) as provider.CreateResponse;
    return readStruct(response.getProperties());
  }

  async diff(type: string, existing: Existing, news: Properties): Promise<Diff> {
    const request = new provider.DiffRequest();
    request.setUrn(urn(type));
    request.setId(existing.id);
    request.setOlds(this.sent(existing.state));
    request.setOldInputs(this.sent(existing.inputs));
    request.setNews(this.sent(await this.check(type, news, existing.inputs)));
    const response = (await promisify(this.client.diff.bind(this.client))(request)) as provider.DiffResponse;
    return {
      changes: response.getChanges() === provider.DiffResponse.DiffChanges.DIFF_SOME,
      changed: response.getDiffsList().sort(),
      replaces: response.getReplacesList().sort(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
      details: response
        .getDetaileddiffMap()
        .toArray()
        .map(([path]) => path),
    };
  }

  async update(type: string, existing: Existing, news: Properties, preview = false): Promise<Existing> {
    const inputs = await this.check(type, news, existing.inputs);
    const request = new provider.UpdateRequest();
    request.setUrn(urn(type));
    request.setId(existing.id);
    request.setOlds(this.sent(existing.state));
    request.setOldInputs(this.sent(existing.inputs));
    request.setNews(this.sent(inputs));
    request.setPreview(preview);
    const response = (await promisify(this.client.update.bind(this.client))(request)) as provider.UpdateResponse;
    return { id: existing.id, inputs, state: this.received(readStruct(response.getProperties()), inputs) };
  }

  /** The resource as it is now; undefined when it is gone. */
  async read(type: string, existing: Existing): Promise<Existing | undefined> {
    const request = new provider.ReadRequest();
    request.setUrn(urn(type));
    request.setId(existing.id);
    request.setProperties(this.sent(existing.state));
    request.setInputs(this.sent(existing.inputs));
    const response = (await promisify(this.client.read.bind(this.client))(request)) as provider.ReadResponse;
    if (response.getId() === '') return undefined;
    return {
      id: response.getId(),
      inputs: this.received(readStruct(response.getInputs()), existing.inputs),
      state: this.received(readStruct(response.getProperties()), existing.state),
    };
  }

  async delete(type: string, existing: Existing): Promise<void> {
    const request = new provider.DeleteRequest();
    request.setUrn(urn(type));
    request.setId(existing.id);
    request.setProperties(this.sent(existing.state));
    await promisify(this.client.delete.bind(this.client))(request);
  }

  async invoke(token: string, inputs: Properties): Promise<Properties> {
    const request = new provider.InvokeRequest();
    request.setTok(token);
    request.setArgs(this.sent(inputs));
    const response = (await promisify(this.client.invoke.bind(this.client))(request)) as provider.InvokeResponse;
    assertNoFailures(response);
    return readStruct(response.getReturn());
  }
}

/** What an error of a half-made resource carries. */
export function halfMade(error: unknown): (Existing & { reasons: string[] }) | undefined {
  const details = (error as { metadata?: grpc.Metadata }).metadata?.get('grpc-status-details-bin')[0];
  if (!(details instanceof Buffer)) return undefined;
  // The detail is packed in an Any inside a Status; its bytes stand after the type's name.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Status } = require('@pulumi/pulumi/proto/status_pb') as StatusModule;
  const any = Status.deserializeBinary(details).getDetailsList()[0];
  if (any === undefined) return undefined;
  const failed = provider.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
  return {
    id: failed.getId(),
    inputs: readStruct(failed.getInputs()),
    state: readStruct(failed.getProperties()),
    reasons: failed.getReasonsList(),
  };
}

interface StatusModule {
  Status: { deserializeBinary(bytes: Uint8Array): { getDetailsList(): { getValue_asU8(): Uint8Array }[] } };
}

/** A state without secrets' wrappers. */
export function shown({ state }: Existing): ReturnType<typeof plainProperties> {
  return plainProperties(state);
}

function urn(type: string): string {
  return `urn:pulumi:test::test::${type}::it`;
}

function assertNoFailures(response: provider.CheckResponse | provider.InvokeResponse): void {
  const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
