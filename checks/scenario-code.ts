import * as vm from 'node:vm';
import { transformSync, type TransformFailure } from 'esbuild';
import { Unclear } from './outcome';
import type { Scenario } from './scenario';

/**
 * Makes a scenario out of its TypeScript source.
 * @throws Unclear with line and column when it is no TypeScript, imports more than types or exports no function
 */
export function loadScenario(source: string): Scenario {
  const module = { exports: {} as { default?: unknown } };
  const code = vm.runInThisContext(`(function (exports, require, module) {${compile(source)}\n})`, {
    filename: 'scenario.js',
  }) as (exports: object, require: (name: string) => never, module: object) => void;
  code(module.exports, refuseImport, module);
  const scenario = module.exports.default;
  if (typeof scenario !== 'function') throw new Unclear('the scenario has no function as its default export');
  return scenario as Scenario;
}

function compile(source: string): string {
  try {
    return transformSync(source, { loader: 'ts', format: 'cjs', target: 'es2022', sourcefile: 'scenario.ts' }).code;
  } catch (error) {
    const { errors = [] } = error as Partial<TransformFailure>;
    const [first] = errors;
    if (first === undefined) throw error;
    const where =
      first.location === null ? 'scenario.ts' : `scenario.ts:${first.location.line}:${first.location.column}`;
    throw new Unclear(`the scenario is no TypeScript: ${where}: ${first.text}`);
  }
}

function refuseImport(name: string): never {
  throw new Unclear(`a scenario may import types only ("import type …"), this one imports ${name}`);
}
