import * as path from 'node:path';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { buildSync } from 'esbuild';
import { projectRoot } from '../../base/paths';

/** What GitHub's own parser makes of a workflow file. */
export interface ParsedWorkflow {
  /** What is wrong with it: unknown keys, wrong values, contexts that are not to be had there, jobs that are not there. */
  errors: string[];
  /** Ids of the jobs. */
  jobs: string[];
}

type Parser = typeof import('@actions/workflow-parser') & { expressions: typeof import('@actions/expressions') };

let loaded: Parser | undefined;

/** It is made for bundlers: modules that import JSON without saying so, which Node does not take. */
function parser(): Parser {
  if (loaded !== undefined) return loaded;
  const { outputFiles } = buildSync({
    stdin: {
      contents: `export * from '@actions/workflow-parser'; export * as expressions from '@actions/expressions';`,
      resolveDir: projectRoot,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const module = { exports: {} };
  const run = compileFunction(outputFiles[0]?.text ?? '', ['module', 'exports', 'require']) as (
    ...given: unknown[]
  ) => void;
  run(module, module.exports, createRequire(path.join(projectRoot, 'package.json')));
  loaded = module.exports as Parser;
  return loaded;
}

/** Reads a workflow file as GitHub does. */
export async function parsedByGitHub(content: string): Promise<ParsedWorkflow> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = parser();
  const { context, value } = parseWorkflow({ name: 'sluice.yml', content }, new NoOperationTraceWriter());
  const errors = () => [...new Set(context.errors.getErrors().map(({ message }) => message))];
  if (value === undefined || errors().length > 0) return { errors: errors(), jobs: [] };
  const { jobs } = await convertWorkflowTemplate(context, value);
  return { errors: errors(), jobs: jobs.map(({ id }) => id.value) };
}

/** What an expression sees of a run: `{ github: { event_name: 'push' } }`. */
export type Contexts = { [name: string]: string | boolean | null | Contexts };

/** The value that GitHub has for an expression, with or without `${{ }}`. @param functions those of a job's status */
export function evaluatedByGitHub(
  expression: string,
  contexts: Contexts,
  functions: Readonly<Record<string, boolean>> = {},
): string | boolean {
  const { Lexer, Parser, Evaluator, data } = parser().expressions;
  const { tokens } = new Lexer(expression.replace(/^\$\{\{ (.*) \}\}$/, '$1')).lex();
  const known = Object.entries(functions).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
  const parsed = new Parser(tokens, Object.keys(contexts), known).parse();
  const result = new Evaluator(
    parsed,
    JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<typeof data.Dictionary>,
    new Map(known.map((each) => [each.name.toLowerCase(), each])),
  ).evaluate();
  return result.kind === data.Kind.Boolean ? result.coerceString() === 'true' : result.coerceString();
}
