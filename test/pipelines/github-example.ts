import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import type { ExternalPipeline } from '../../pipelines/external';
import { externalPipeline } from '../../stacks/external-pipeline';
import { parseStacks } from '../../config/stacks';
import { examplesFolder, stackFiles } from '../docs/add-example';

const folder = path.join(examplesFolder, 'github-ghcr');

/** The workflow that the example ships. */
export const exampleWorkflow = fs.readFileSync(path.join(folder, 'sluice.yml'), 'utf8');

/** The way of the example's repository, as its stack files say. */
export function gitHubExample(changes: Partial<ExternalPipeline> = {}): ExternalPipeline {
  const project = fs.readFileSync(path.join(projectRoot, 'Pulumi.yaml'), 'utf8');
  const files = stackFiles(folder).map((file) => [
    file.slice('Pulumi.'.length, -'.yaml'.length),
    fs.readFileSync(path.join(folder, file), 'utf8'),
  ]);
  const stacks = parseStacks(project, Object.fromEntries(files) as Record<string, string>, {});
  const [platform] = stacks;
  if (platform?.config.role !== 'platform') throw new Error('the example has no platform');
  const way = externalPipeline('api', { ...platform, config: platform.config }, stacks, {
    registry: { kind: 'external', address: 'ghcr.io/example', url: 'https://ghcr.io', stepsUrl: 'https://ghcr.io' },
    deployImage: { image: 'ghcr.io/example/sluice-deploy', tag: '0123456789ab', digest: `sha256:${'ab12'.repeat(16)}` },
  });
  return { ...way, ...changes };
}
