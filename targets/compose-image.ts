import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { UserError } from '../base/errors';
import { didYouMean } from '../base/spelling';

/** Where the image of a service stands in a compose file: one scalar within one line. */
export interface ImageLine {
  service: string;
  /** The line's number, from 1. */
  line: number;
  /** What stands before the scalar in its line, and after it, without the line break. */
  before: string;
  after: string;
  /** What the scalar is written in: `"`, `'` or nothing. */
  quote: '' | '"' | "'";
  /** The image that it names. */
  image: string;
}

/** A compose file as far as deployments need it. */
export interface ComposeFile {
  /** The images of the services that were asked for, in the order of their lines. */
  lines: ImageLine[];
  /** What the file calls its project; empty when it does not. */
  project: string;
}

/** Characters of an image's name, digest included. */
const imageName = /^[A-Za-z0-9._/:@-]+$/;

/**
 * Finds the image of each of these services.
 * @param file how messages call the file: `docker-compose.yml of pilot.example.com`
 * @throws UserError by line for a service that is not there, and for one whose image is not a plain text of its own: putting another in its
 *   place would change something else as well, or nothing
 */
export function imageLines(text: string, services: readonly string[], file: string): ComposeFile {
  const counter = new LineCounter();
  const refuse = (what: string, offset: number | undefined, next: string): UserError =>
    new UserError(`${file}${offset === undefined ? '' : `, line ${counter.linePos(offset).line}`}: ${what}`, next);
  const document = parsed(text, counter, refuse);
  const root = document.contents;
  const all = isMap(root) ? root.get('services', true) : undefined;
  if (!isMap(root) || !isMap(all)) {
    throw refuse('it has no services of its own', undefined, `write "services:" with ${services.join(' and ')} below`);
  }
  const lines = services
    .map((service) => imageLine(text, service, { document, services: all, counter, refuse }))
    .sort((a, b) => a.line - b.line);
  const twice = lines.find(({ line }, index) => lines[index - 1]?.line === line);
  if (twice !== undefined) {
    throw new UserError(
      `${file}, line ${twice.line}: two services have their images in this line`,
      'write each service in lines of its own',
    );
  }
  const project = root.get('name');
  return { lines, project: typeof project === 'string' && /^[a-z0-9][a-z0-9_-]*$/.test(project) ? project : '' };
}

/** The text with other images in these lines; nothing else in it changes. */
export function withImages(text: string, lines: readonly ImageLine[], imageOf: (service: string) => string): string {
  const all = text.split('\n');
  for (const { service, line, before, after, quote } of lines) {
    all[line - 1] = `${before}${quote}${imageOf(service)}${quote}${after}`;
  }
  return all.join('\n');
}

/** The text without the contents of these lines, and without line breaks at its end: what a deployment leaves as it is. */
export function frameOf(text: string, lines: readonly ImageLine[]): string {
  const all = text.split('\n');
  for (const { line } of lines) all[line - 1] = '';
  return `${all.join('\n').replace(/\n+$/, '')}\n`;
}

/** `sha256:…` of `repository:tag@sha256:…`; empty when an image is not named by digest. */
export function digestIn(image: string): string {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? '';
}

type Refuse = (what: string, offset: number | undefined, next: string) => UserError;

interface ParsedFile {
  document: Document.Parsed;
  services: YAMLMap;
  counter: LineCounter;
  refuse: Refuse;
}

function parsed(text: string, lineCounter: LineCounter, refuse: Refuse): Document.Parsed {
  // A merge is read as any other key, so that it is seen where it stands.
  const documents = parseAllDocuments(text, { lineCounter, merge: false, version: '1.2', prettyErrors: false });
  const [document, another] = 'empty' in documents ? [] : documents;
  if (document === undefined) throw refuse('it is empty', undefined, 'is it the right folder?');
  const [problem] = document.errors;
  if (problem !== undefined) throw refuse(problem.message, problem.pos[0], 'correct it, as YAML');
  if (another !== undefined) throw refuse('a second document begins', another.range[0], 'leave one document in it');
  return document;
}

function imageLine(text: string, name: string, parsedFile: ParsedFile): ImageLine {
  const { services, refuse } = parsedFile;
  const pair = pairOf(services, name);
  if (pair === undefined) {
    const names = services.items.map(({ key }) => String(key));
    throw refuse(
      `it has no service "${name}"${didYouMean(name, names)}`,
      services.range?.[0],
      `add it there, or correct sluice:services; the file has ${names.join(', ')}`,
    );
  }
  const [service, at] = [pair.value, offsetOf(pair.value) ?? offsetOf(pair.key)];
  const own = `give ${name} an image of its own, like "image: registry.example.com/${name}:1.0"`;
  if (isAlias(service)) throw refuse(`${name} is an alias (*${service.source})`, at, own);
  if (!isMap(service)) throw refuse(`${name} has no settings`, at, own);
  const image = pairOf(service, 'image');
  if (image === undefined) {
    const from = ['extends', '<<'].flatMap((key) => pairOf(service, key) ?? [])[0];
    if (from === undefined) throw refuse(`${name} has no image`, offsetOf(pair.key), own);
    const how = String(from.key) === '<<' ? 'a merge (<<)' : 'extends';
    throw refuse(`the image of ${name} comes from ${how}`, offsetOf(from.key), own);
  }
  refuseShared(name, service, parsedFile);
  return scalarLine(text, name, image, parsedFile, own);
}

/** Whoever takes this service's settings over takes its image as well, without being started anew. */
function refuseShared(name: string, service: YAMLMap, { document, refuse }: ParsedFile): void {
  const { anchor } = service;
  if (anchor === undefined) return;
  visit(document, {
    Alias(key, alias, path) {
      if (alias.source !== anchor) return;
      const mapping = path.findLast(isMap);
      if (mapping !== undefined && mapping !== service && pairOf(mapping, 'image') !== undefined) return;
      throw refuse(
        `the settings of ${name} are taken over here (*${anchor}), its image with them`,
        alias.range?.[0],
        'give what stands here an image of its own',
      );
    },
  });
}

function scalarLine(
  text: string,
  name: string,
  { key, value }: Pair,
  { counter, refuse }: ParsedFile,
  own: string,
): ImageLine {
  const at = offsetOf(value) ?? offsetOf(key);
  if (isAlias(value)) throw refuse(`the image of ${name} is an alias (*${value.source})`, at, own);
  if (
    !isScalar(value) ||
    value.range === undefined ||
    value.range === null ||
    typeof value.value !== 'string' ||
    value.value === ''
  ) {
    throw refuse(`${name} has no image`, at, own);
  }
  const image = value.value;
  if (image.includes('$')) throw refuse(`the image of ${name} holds a variable: ${image}`, at, own);
  if (value.anchor !== undefined) {
    throw refuse(`the image of ${name} has an anchor (&${value.anchor}), so others may use it`, at, own);
  }
  if (value.tag !== undefined) throw refuse(`the image of ${name} has a tag (${value.tag})`, at, own);
  const [start, end] = value.range;
  const written = text.slice(start, end);
  const quote = written.startsWith('"') ? '"' : written.startsWith("'") ? "'" : '';
  if (written !== `${quote}${image}${quote}` || !imageName.test(image)) {
    throw refuse(`the image of ${name} is not written as plain text in one line`, at, own);
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  return {
    service: name,
    line: counter.linePos(start).line,
    before: text.slice(lineStart, start),
    after: text.slice(end, lineEnd === -1 ? text.length : lineEnd),
    quote,
    image,
  };
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
}

function offsetOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}
