import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as provider from '@pulumi/pulumi/proto/provider_pb';
import { bundlePlugin, type PluginName } from '../../../toolchain/plugins/bundle';
import { readStruct, writeStruct } from '../../../toolchain/plugins/serving/struct';
import { plainProperties, type Properties } from '../../../toolchain/plugins/serving/values';

/** What a change of inputs asks for, as the plugin says it. */
export interface Diff {
  changes: boolean;
  changed: string[];
  replaces: string[];
  deleteBeforeReplace: boolean;
}

export interface Existing {
  id: string;
  inputs: Properties;
  state: Properties;
}

/**
 * Speaks to a plugin as the engine does. The plugin is ours, bundled anew, unless SLUICE_TEST_PLUGIN_<NAME> is the path of
 * another executable (the official one): the tests hold for both.
 */
export class PluginClient {
  private constructor(
    readonly name: PluginName,
    private readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
    private readonly folder: string | undefined,
  ) {}

  static async start(name: PluginName, settings: Properties = {}): Promise<PluginClient> {
    const other = process.env[`SLUICE_TEST_PLUGIN_${name.toUpperCase()}`];
    const folder = other === undefined ? mkdtempSync(path.join(os.tmpdir(), `sluice-plugin-${name}-`)) : undefined;
    if (folder !== undefined) await bundlePlugin(name, folder);
    const executable = other ?? path.join(folder ?? '', `pulumi-resource-${name}`);
    const child = spawn(executable, ['127.0.0.1:1'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
      child.once('exit', (code) => reject(new Error(`${executable} ended with ${String(code)}`)));
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const self = new PluginClient(name, child, client, folder);
    await self.configure(settings);
    return self;
  }

  stop(): void {
    this.client.close();
    this.process.kill();
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true });
  }

  private async configure(settings: Properties): Promise<void> {
    const urn = `urn:pulumi:test::test::pulumi:providers:${this.name}::default`;
    const check = new provider.CheckRequest();
    check.setUrn(urn);
    check.setNews(writeStruct(settings));
    const checked = (await promisify(this.client.checkConfig.bind(this.client))(check)) as provider.CheckResponse;
    assertNoFailures(checked);
    const configure = new provider.ConfigureRequest();
    configure.setArgs(checked.getInputs());
    configure.setAcceptsecrets(true);
    await promisify(this.client.configure.bind(this.client))(configure);
  }

  /** Checked inputs. @throws Error with every failure */
  async check(type: string, news: Properties, olds: Properties = {}): Promise<Properties> {
    const request = new provider.CheckRequest();
    request.setUrn(urn(type));
    request.setNews(writeStruct(news));
    request.setOlds(writeStruct(olds));
    request.setRandomseed(Buffer.from('seed-of-this-very-test-0123456789'));
    const response = (await promisify(this.client.check.bind(this.client))(request)) as provider.CheckResponse;
    assertNoFailures(response);
    return readStruct(response.getInputs());
  }

  async create(type: string, news: Properties): Promise<Existing> {
    const inputs = await this.check(type, news);
    const request = new provider.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(writeStruct(inputs));
    const response = (await promisify(this.client.create.bind(this.client))(request)) as provider.CreateResponse;
    return { id: response.getId(), inputs, state: readStruct(response.getProperties()) };
  }

  async previewCreate(type: string, news: Properties): Promise<Properties> {
    const request = new provider.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(writeStruct(await this.check(type, news)));
    request.setPreview(true);
    const response = (await promisify(this.client.create.bind(this.client))(request)) as provider.CreateResponse;
    return readStruct(response.getProperties());
  }

  async diff(type: string, existing: Existing, news: Properties): Promise<Diff> {
    const request = new provider.DiffRequest();
    request.setUrn(urn(type));
    request.setId(existing.id);
    request.setOlds(writeStruct(existing.state));
    request.setOldInputs(writeStruct(existing.inputs));
    request.setNews(writeStruct(await this.check(type, news, existing.inputs)));
    const response = (await promisify(this.client.diff.bind(this.client))(request)) as provider.DiffResponse;
    return {
      changes: response.getChanges() === provider.DiffResponse.DiffChanges.DIFF_SOME,
      changed: response.getDiffsList().sort(),
      replaces: response.getReplacesList().sort(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async update(type: string, existing: Existing, news: Properties, preview = false): Promise<Existing> {
    const inputs = await this.check(type, news, existing.inputs);
    const request = new provider.UpdateRequest();
    request.setUrn(urn(type));
    request.setId(existing.id);
    request.setOlds(writeStruct(existing.state));
    request.setOldInputs(writeStruct(existing.inputs));
    request.setNews(writeStruct(inputs));
    request.setPreview(preview);
    const response = (await promisify(this.client.update.bind(this.client))(request)) as provider.UpdateResponse;
    return { id: existing.id, inputs, state: readStruct(response.getProperties()) };
  }

  /** The resource as it is now; undefined when it is gone. */
  async read(type: string, existing: Existing): Promise<Existing | undefined> {
    const request = new provider.ReadRequest();
    request.setUrn(urn(type));
    request.setId(existing.id);
    request.setProperties(writeStruct(existing.state));
    request.setInputs(writeStruct(existing.inputs));
    const response = (await promisify(this.client.read.bind(this.client))(request)) as provider.ReadResponse;
    if (response.getId() === '') return undefined;
    const [inputs, state] = [readStruct(response.getInputs()), readStruct(response.getProperties())];
    return { id: response.getId(), inputs, state };
  }

  async delete(type: string, existing: Existing): Promise<void> {
    const request = new provider.DeleteRequest();
    request.setUrn(urn(type));
    request.setId(existing.id);
    request.setProperties(writeStruct(existing.state));
    await promisify(this.client.delete.bind(this.client))(request);
  }

  async invoke(token: string, inputs: Properties): Promise<Properties> {
    const request = new provider.InvokeRequest();
    request.setTok(token);
    request.setArgs(writeStruct(inputs));
    const response = (await promisify(this.client.invoke.bind(this.client))(request)) as provider.InvokeResponse;
    return readStruct(response.getReturn());
  }
}

/** What an error of a half-made resource carries. */
export function halfMade(error: unknown): { id: string; reasons: string[] } | undefined {
  const details = (error as { metadata?: grpc.Metadata }).metadata?.get('grpc-status-details-bin')[0];
  if (!(details instanceof Buffer)) return undefined;
  // The detail is packed in an Any inside a Status; its bytes stand after the type's name.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Status } = require('@pulumi/pulumi/proto/status_pb') as StatusModule;
  const any = Status.deserializeBinary(details).getDetailsList()[0];
  if (any === undefined) return undefined;
  const failed = provider.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
  return { id: failed.getId(), reasons: failed.getReasonsList() };
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

function assertNoFailures(response: provider.CheckResponse): void {
  const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
