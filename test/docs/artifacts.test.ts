import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { repository } from '../../config/schema/repository';
import { artifactType, referrersTag } from '../../clients/registry/artifacts';
import { projectRoot } from '../../base/paths';
import { largestArtifact } from '../../pipelines/steps/artifacts';
import { stagesOf } from '../../pipelines/steps/builder';

describe('docs/artifacts.md', () => {
  const page = fs.readFileSync(path.join(projectRoot, 'docs', 'artifacts.md'), 'utf8');
  /** The blocks of text that it shows as they are. */
  const blocks = [...page.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) => block.replace(/^ {4}/gm, ''));

  it('begins with a configuration that is right, and explains each of its keys', () => {
    const { 'sluice:repositories': all } = parse(blocks[0] ?? '') as { 'sluice:repositories': { shop: unknown } };
    const { artifacts = {}, platforms } = repository.parse(all.shop);
    assert.deepEqual(platforms, ['linux/amd64', 'linux/arm64']);
    assert.deepEqual(artifacts['app'], { stage: 'package', path: '/out/app.tgz', mediaType: 'application/gzip' });
    for (const key of ['platforms', 'artifacts', ...Object.keys(artifacts['app'])]) {
      assert.ok(page.includes(`| \`${key}\` |`), key);
    }
  });

  it('shows a stage of the name that the configuration has, and facts as they are', () => {
    assert.deepEqual(stagesOf(blocks[1] ?? ''), ['package']);
    assert.ok(page.includes(artifactType));
    assert.ok(page.includes(`at most ${largestArtifact / 1024 / 1024} MiB`));
    assert.ok(page.includes(`manifests/${referrersTag('sha256:4b1d')}…`));
  });
});
