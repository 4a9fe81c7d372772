import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { programFiles } from '../../toolchain/program-files';

/** CIS Docker Benchmark v1.6.0, 5.23 and 5.24: no engine tells what was executed in it, so the code is read. */
describe('docker exec in our code', () => {
  const sources = programFiles(projectRoot)
    .filter((file) => file.endsWith('.ts') && !file.startsWith('audit/'))
    .map((file) => ({ file, text: fs.readFileSync(path.join(projectRoot, file), 'utf8') }));

  it('is never privileged, and neither is anything else', () => {
    assert.ok(sources.some(({ file }) => file === 'clients/docker/docker.ts'));
    assert.deepEqual(
      sources.filter(({ text }) => text.includes("'--privileged'")).map(({ file }) => file),
      [],
    );
  });

  it('is never done as another user than the container’s own', () => {
    const calls = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/dockerExec\([^;]*?\)/g)].map(([call]) => ({ file, call })),
    );
    assert.ok(calls.length > 5);
    assert.deepEqual(
      calls.filter(({ file, call }) => file !== 'clients/docker/docker.ts' && /\buser:/.test(call)),
      [],
    );
  });
});
