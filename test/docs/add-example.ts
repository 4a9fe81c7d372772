import * as fs from 'node:fs';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isMap as isYamlMap, parse, parseDocument, type Document } from 'yaml';
import { projectRoot } from '../../base/paths';

/** Where the examples of configuration are, one folder each. */
export const examplesFolder = path.join(projectRoot, 'docs', 'examples');

/** The stack files of a folder, `Pulumi.staging.yaml`. */
export function stackFiles(folder: string): string[] {
  return fs.readdirSync(folder).filter((file) => /^Pulumi\.[a-z-]+\.yaml$/.test(file));
}

/** What an example's stack file says, by key without its namespace. */
export function exampleStack(example: string, stack: string): Record<string, unknown> {
  const text = fs.readFileSync(path.join(examplesFolder, example, `Pulumi.${stack}.yaml`), 'utf8');
  const { config } = parse(text) as { config: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^sluice:/, ''), value]));
}

/** A value of a stack file that is to become another one; undefined: that goes away. */
interface Change {
  place: string[];
  value: unknown;
}

/**
 * Brings an example into a folder with stack files as a person does who has changed them already: new files are copied,
 * and what differs between the shipped file and the example's is changed in the folder's. On shipped files that gives
 * the example's own.
 * @returns the names of the new files
 */
export function addExample(folder: string, example: string): string[] {
  const from = path.join(examplesFolder, example);
  return stackFiles(from).filter((file) => {
    const target = path.join(folder, file);
    const shipped = path.join(projectRoot, file);
    if (!fs.existsSync(target) || !fs.existsSync(shipped)) {
      fs.copyFileSync(path.join(from, file), target);
      return true;
    }
    const document = parseDocument(fs.readFileSync(target, 'utf8'));
    for (const { place, value } of changes(read(shipped), read(path.join(from, file)))) {
      if (value !== undefined) document.setIn(place, document.createNode(value));
      else document.deleteIn(hasOthers(document, place) ? place : place.slice(0, -1));
    }
    fs.writeFileSync(target, document.toString());
    return false;
  });
}

function changes(before: unknown, after: unknown, place: string[] = []): Change[] {
  // Of a key of the config that goes away, what was shipped does: another example may have put something beside it.
  if (place.length === depthOfKeys && isMap(before) && after === undefined) {
    return Object.keys(before).map((name) => ({ place: [...place, name], value: undefined }));
  }
  if (!isMap(before) || !isMap(after)) return isDeepStrictEqual(before, after) ? [] : [{ place, value: after }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changes(before[key], after[key], [...place, key]));
}

/** Whether something else stands beside what is at a place. */
function hasOthers(document: Document, place: readonly string[]): boolean {
  const around = document.getIn(place.slice(0, -1));
  return place.length <= depthOfKeys || !isYamlMap(around) || around.items.length > 1;
}

/** Of `sluice:builds` below `config`. */
const depthOfKeys = 2;

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function read(file: string): unknown {
  return parse(fs.readFileSync(file, 'utf8'));
}
