import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';

/** What tells how easy this house is to live in; all but the first are to be 0. */
export interface Figures {
  /** Folders with code of the product, and files of code beside them. */
  rooms: string[];
  /** Imports from a floor to one above it, to a room beside, or from the product to test/ or bench/: `file → file`. */
  upwards: string[];
  /** Circles of files that import each other, types among it. */
  circles: string[];
  /** Places that ask whether something is here or there by what is absent, or by the kind of a target: `file:line`. */
  placeTests: string[];
  /** Places that take what comes over a process boundary for what it should be. */
  rawCasts: string[];
}

interface Cruised {
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

/** Folders and files of a checkout that are no code of the product. */
const others = new Set(['test', 'bench', 'docs', 'node_modules', 'coverage']);

/** Words for where something is, held against nothing. */
const absence = /\b(home|there|elsewhere|own|at|machine)\)?(\.ssh)? [!=]== undefined/;
/** Questions for the kind of a target outside of what knows the kinds. */
const kind =
  /\b(usesEngine|usesOtherEngine|isDeclared|isComposed)\b\(?|(?<!ways\[config\.)target\.kind\b|kind [!=]== '(engine|ssh-docker|compose-ssh)'|typeof (place|ledger|machine)\b/;
/** Where these words have another meaning, with what they mean there. */
const elsewhere: readonly RegExp[] = [
  /^config\/compose\//,
  /^pipelines\//,
  /^targets\//,
  /^toolchain\//,
  /^storedog\//,
];

/** Measures a checkout of this project. @param root its folder, with packages beside it */
export function figuresOf(root = projectRoot): Figures {
  const files = codeOf(root);
  const violations = cruise(root);
  const named = (name: RegExp): string[] =>
    violations.filter(({ rule }) => name.test(rule.name)).map(({ from, to }) => `${from} → ${to}`);
  return {
    rooms: [...new Set(files.map((file) => file.split('/')[0] ?? ''))].sort(),
    upwards: named(/upwards|beside|test-in-the-product/),
    circles: named(/circle/),
    placeTests: linesOf(
      root,
      files,
      (line, file) =>
        !elsewhere.some((each) => each.test(file)) && (absence.test(line) || kind.test(line)) && !/^import /.test(line),
    ),
    rawCasts: linesOf(root, files, (line) => /\braw as\b/.test(line) && !/^\s*(\*|\/\*)/.test(line)),
  };
}

/** The product's files of code, from the root on. */
function codeOf(root: string): string[] {
  const { stdout } = {
    stdout: execFileSync('git', ['-C', root, 'ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }),
  };
  return stdout
    .split('\n')
    .filter(
      (file) =>
        /\.(ts|cjs|js|sh)$/.test(file) && !others.has(file.split('/')[0] ?? '') && fs.existsSync(path.join(root, file)),
    );
}

function cruise(root: string): Cruised['summary']['violations'] {
  const bin = path.join(projectRoot, 'node_modules', '.bin', 'depcruise');
  const config = path.join(projectRoot, '.dependency-cruiser.mjs');
  // It exits with the number of violations.
  try {
    return violationsIn(
      execFileSync(bin, ['--config', config, '--output-type', 'json', '.'], {
        cwd: root,
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
      }),
    );
  } catch (error) {
    return violationsIn((error as { stdout: string }).stdout);
  }
}

function violationsIn(text: string): Cruised['summary']['violations'] {
  return (JSON.parse(text) as Cruised).summary.violations;
}

function linesOf(root: string, files: readonly string[], wanted: (line: string, file: string) => boolean): string[] {
  return files.flatMap((file) =>
    fs
      .readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (wanted(line, file) ? [`${file}:${index + 1}`] : [])),
  );
}
