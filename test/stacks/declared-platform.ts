import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import type { StackFile } from '../../config/stack';
import { declarePlatform } from '../../stacks/platform';
import { record, valueOf, type Recorder } from '../components/mocks';

/** Every image as the toolchain names it; there is none of Gogs. */
export const images = Object.fromEntries(
  ['registry', 'gitea', 'drone', 'runner', 'edge', 'node', 'tools'].map((part) => [part, `${part}:1`]),
);

/** The id that the engine of these tests gives an image: one letter's. */
export const imageId = (image: string): string => `sha256:${(image.startsWith('edge') ? 'e' : 'a').repeat(64)}`;

/** A platform as it was declared: what was registered, and the stack's outputs, known to the last. */
export interface DeclaredPlatform {
  recorder: Recorder;
  outputs: Record<string, unknown>;
  /** Names of the outputs that are secret. */
  secrets: string[];
}

/**
 * Declares the platform of a project, on an engine and a machine that answer the same each time.
 * @param backend where Pulumi's state is; @default a folder of this machine
 * @param variables of the environment, with which it is entered
 */
export async function declare(
  files: StackFile[],
  stdout: Record<string, object> = {},
  backend?: string,
  variables: NodeJS.ProcessEnv = {},
): Promise<DeclaredPlatform> {
  const config = files.find(({ name }) => name === 'platform')?.config;
  assert.ok(config?.role === 'platform');
  const recorder = await record({ stack: 'platform', stdout });
  const outputs = await declarePlatform(config, {
    files: () => files,
    images: () => images,
    imageId: (image) => Promise.resolve(imageId(image)),
    engine: () => Promise.resolve({ os: 'linux', arch: 'arm64' }),
    oldestApi: () => Promise.resolve('1.44'),
    contentHash: (folder) => `hash of ${folder}`,
    stackFiles: (platform) => Promise.resolve(Buffer.from(`files of ${platform}`)),
    backend: () => backend,
    variables: () => ({ ...variables, ...(backend === undefined ? {} : { PULUMI_BACKEND_URL: backend }) }),
    home: () => '/home/shop/sluice',
  });
  const known = await valueOf(pulumi.output(outputs));
  const secrets: string[] = [];
  for (const [name, value] of Object.entries(outputs)) {
    if (await pulumi.isSecret(pulumi.output(value))) secrets.push(name);
  }
  // Resources are registered behind the program's back: this waits for all of them.
  await pulumi.runtime.disconnect();
  return { recorder, outputs: known, secrets };
}
