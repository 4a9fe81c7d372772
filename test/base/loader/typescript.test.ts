import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { temporaryFolders } from '../../toolchain/temporary';
import { makeProject } from '../../bin/project';

/** Each runs in a process of its own: here, ts-node itself loads TypeScript. */
describe('base/loader/typescript.cjs', function () {
  this.timeout(30_000);
  const folder = temporaryFolders();

  function project(text: string): string {
    const root = folder();
    makeProject(root, { 'program.ts': text });
    return root;
  }

  function run(root: string): { said: string; loadedCompiler: boolean } {
    const code = `
      require('./base/loader/typescript.cjs');
      require('./program');
      console.log(Object.keys(require.cache).some((file) => file.endsWith('/typescript.js')));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], { cwd: root, encoding: 'utf8' });
    const lines = stdout.trimEnd().split('\n');
    return { loadedCompiler: lines.pop() === 'true', said: lines.join('\n') + stderr };
  }

  const kept = (root: string) => path.join(root, 'node_modules', '.cache', 'sluice', 'compiled');

  it('compiles a file once, and again when it is another', () => {
    const root = project('const word: string = "first"; console.log(word);');
    assert.deepEqual(run(root), { said: 'first', loadedCompiler: true });
    assert.deepEqual(run(root), { said: 'first', loadedCompiler: false });
    fs.writeFileSync(path.join(root, 'program.ts'), 'const word: string = "second"; console.log(word);');
    assert.deepEqual(run(root), { said: 'second', loadedCompiler: true });
    assert.equal(fs.readdirSync(kept(root)).length, 2);
  });

  it('compiles again with other settings', () => {
    const root = project('console.log("said");');
    run(root);
    fs.appendFileSync(path.join(root, 'tsconfig.json'), '\n');
    assert.deepEqual(run(root), { said: 'said', loadedCompiler: true });
  });

  it('works where nothing can be kept', () => {
    const root = project('console.log("said");');
    fs.writeFileSync(path.join(root, 'node_modules', '.cache'), 'a file');
    assert.deepEqual(run(root), { said: 'said', loadedCompiler: true });
    assert.deepEqual(run(root), { said: 'said', loadedCompiler: true });
  });

  it('tells lines of the TypeScript in traces, compiled now or before', () => {
    const text =
      'interface Gone {\n  a: string;\n}\n\nfunction fail(it: Gone): never {\n  throw new Error(it.a);\n}\n\ntry {\n  fail({ a: "x" });\n} catch (error) {\n  console.log((error as Error).stack);\n}\n';
    const root = project(text);
    for (const loadedCompiler of [true, false]) {
      const result = run(root);
      assert.equal(result.loadedCompiler, loadedCompiler);
      assert.match(result.said, /program\.ts:6:/);
      assert.match(result.said, /program\.ts:10:/);
    }
  });

  it('tells of a file that is no TypeScript, and keeps nothing of it', () => {
    const root = project('const = 1;');
    assert.match(run(root).said, /program\.ts/);
    assert.equal(fs.existsSync(kept(root)), false);
  });
});
