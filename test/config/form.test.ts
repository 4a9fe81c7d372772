import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../base/paths';
import { environment, platform } from '../../config/schema';
import { formOf } from '../../config/schema/form';

const forms: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'number',
  array: 'json',
  object: 'json',
  boolean: 'json',
};

describe('the form of a config key', () => {
  it('is what Pulumi.yaml says that its type is, for every key', () => {
    const { config } = parse(fs.readFileSync(path.join(projectRoot, 'Pulumi.yaml'), 'utf8')) as {
      config: Record<string, { type: string }>;
    };
    const declared = Object.fromEntries(Object.entries(config).map(([key, { type }]) => [key, forms[type]]));
    const ours = Object.entries({ ...platform.shape, ...environment.shape }).map(([key, schema]) => [
      key,
      formOf(schema),
    ]);
    assert.deepEqual(Object.fromEntries(ours), declared);
  });
});
