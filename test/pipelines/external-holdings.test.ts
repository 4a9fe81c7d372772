import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { projectRoot } from '../../base/paths';
import { gitHubWorkflow } from '../../pipelines/github';
import { gitLabPipeline } from '../../pipelines/gitlab';
import { hasBothSides, holdingsTable } from '../../pipelines/holdings';
import { externalHoldings } from '../../pipelines/external-holdings';
import { gitLabDescriptions } from './external-pipelines';
import { gitHubExample } from './github-example';
import { gitLabSample } from './gitlab-sample';

const atGitLab = (description = gitLabSample(), text = gitLabPipeline(description)) =>
  externalHoldings('GitLab', text, description);
const atGitHub = (description = gitHubExample(), text = gitHubWorkflow(description)) =>
  externalHoldings('GitHub', text, description);

describe('what jobs elsewhere hold', () => {
  it('is what was pushed, or what must be kept from it: never both, whatever the description', () => {
    fc.assert(
      fc.property(gitLabDescriptions, (description) => {
        for (const each of [...atGitLab(description), ...atGitHub(description)]) {
          assert.ok(!hasBothSides(each), each.step);
          assert.equal(each.pushedFiles, /: step (test|build)$/.test(each.step), each.step);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is seen in a file that has both', () => {
    const both = (text: string, from: RegExp, to: string) => {
      assert.match(text, from);
      return text.replace(from, to);
    };
    const [gitLab, gitHub] = [gitLabPipeline(gitLabSample()), gitHubWorkflow(gitHubExample())];
    for (const all of [
      atGitLab(gitLabSample(), both(gitLab, / {4}- \/usr\/bin\/find.*\n/g, '')),
      atGitLab(gitLabSample(), both(gitLab, /SLUICE_BUILD_ARGUMENTS/g, 'REGISTRY_PASSWORD')),
      atGitHub(gitHubExample(), both(gitHub, /\/usr\/bin\/find/g, 'true')),
      atGitHub(gitHubExample(), both(gitHub, /SLUICE_BUILD_ARGUMENTS/g, 'PULUMI_BACKEND_URL')),
    ]) {
      assert.ok(all.some(hasBothSides));
    }
  });

  it('is all that the jobs start, each with the variables that are named and no others', () => {
    for (const [file, holdings] of [
      [gitLabPipeline(gitLabSample()), atGitLab()],
      [gitHubWorkflow(gitHubExample()), atGitHub()],
    ] as const) {
      const starts = file.match(/^.*\bsluice (step|deploy|approve) .*$/gm) ?? [];
      assert.equal(starts.length, holdings.length);
      for (const line of starts) assert.match(line, /^\s+-- sluice /);
    }
  });

  it('is listed in docs/security.md', () => {
    const page = fs.readFileSync(path.join(projectRoot, 'docs/security.md'), 'utf8');
    const table = holdingsTable([...atGitLab(), ...atGitHub()]).join('\n');
    assert.ok(page.includes(table), `docs/security.md should hold:\n${table}`);
  });
});
