import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parse } from 'yaml';
import { checkTypes } from '../../checks/types';
import { projectRoot } from '../../base/paths';
import { isEnvironment } from '../../config/stack';
import { readStacks } from '../../config/stacks';
import { parseProject, sample } from '../errors/project';
import { addExample, examplesFolder, stackFiles } from './add-example';

const page = fs.readFileSync(path.join(projectRoot, 'docs', 'datadog.md'), 'utf8');

/** The checks that the page shows. */
const shown = [...page.matchAll(/(?:^ {4}.*\n)+/gm)]
  .map(([block]) => block)
  .filter((block) => /^ {4}- name: /.test(block))
  .map((block) => parse(block) as Record<string, unknown>[]);

describe('the page about Datadog', () => {
  it('shows checks that a gate takes, the first of them as the example has it', () => {
    assert.equal(shown.length, 2);
    for (const gate of shown) {
      const project = sample();
      Object.assign(project.production, { gate, datadogApiKey: { secure: 'a' }, datadogAppKey: { secure: 'b' } });
      assert.doesNotThrow(() => parseProject(project));
    }
    const file = path.join(examplesFolder, 'datadog', 'Pulumi.production.yaml');
    const { config } = parse(fs.readFileSync(file, 'utf8')) as { config: { 'sluice:gate': unknown[] } };
    assert.deepEqual(config['sluice:gate'].at(-1), shown[0]?.[0]);
  });

  it('tells of every setting', () => {
    const [table = ''] = /^\| Setting [^]*?\n\n/m.exec(page) ?? [];
    const told = [...table.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''),
    );
    const { settings, secrets = [] } = checkTypes.datadog;
    assert.deepEqual(told.sort(), [...Object.keys(settings.shape), 'timeLimitSeconds'].sort());
    for (const secret of secrets) assert.ok(page.includes(`| \`sluice:${secret}\` |`));
    assert.match(page, new RegExp(`\\| ${checkTypes.datadog.timeLimitSeconds} \\|`));
  });

  it('names the version of Datadog’s package that is tried', () => {
    const { dependencies } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    assert.ok(page.includes(`(version ${dependencies['@datadog/datadog-ci-plugin-synthetics']})`));
  });
});

describe('the example with Datadog in the gate', () => {
  it('takes its keys from the environment', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-datadog-'));
    try {
      for (const file of ['Pulumi.yaml', ...stackFiles(projectRoot)]) {
        fs.copyFileSync(path.join(projectRoot, file), path.join(folder, file));
      }
      addExample(folder, 'datadog');
      const production = readStacks(folder)
        .filter(isEnvironment)
        .find(({ name }) => name === 'production');
      assert.deepEqual(production?.unset, [
        { name: 'DATADOG_API_KEY', path: ['datadogApiKey'] },
        { name: 'DATADOG_APP_KEY', path: ['datadogAppKey'] },
      ]);
      assert.deepEqual(production.config.gate.checks.at(-1), {
        name: 'datadog',
        type: 'datadog',
        timeLimitSeconds: 900,
        settings: { search: 'tag:e2e', minTests: 3, tunnel: true, site: 'datadoghq.eu' },
      });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
