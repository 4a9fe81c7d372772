import * as path from 'node:path';
import { outsideProject } from '../../base/paths';
import { textIn } from './beside';
import type { Context, Draft, Files } from './draft';
import { refuseCircles } from './depends';
import { readEnvFile } from './env-file';
import { extended } from './extends';
import { interpolate, type ComposeVariables } from './interpolate';
import { fileKeys } from './keys';
import { networksOf, refuseForeignNetworks, refuseSeparation } from './networks';
import { parseYaml, type Mapping, type Node, type Position } from './node';
import { readService } from './service';
import { at, entriesOf, textsOf, Problems, type Spot } from './values';
import { refuseForeignVolumes } from './volumes';
import { didYouMean } from '../../base/spelling';
import { UserError } from '../../base/errors';

/** A compose file, and the stack that it is for. */
export interface ComposeRequest {
  /** The stack's name. */
  stack: string;
  /** The compose file, from the project's folder. */
  file: string;
  /** Profiles whose services are taken. */
  profiles: readonly string[];
  /** Values of `sluice:composeSecrets`, by name. */
  secrets: Readonly<Record<string, string>>;
  /** The stack's `bind`; empty for the platform's. */
  bind: string;
  /** What the stack's file says of services, by name. */
  own: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  files: Files;
}

/** What a compose file gives an environment. */
export interface ComposeResult {
  /** Services as the stack's file would write them. */
  services: Record<string, Draft>;
  /** Every file of the project that was read, the compose file first. */
  read: string[];
}

/** How many problems one message tells of. */
const told = 8;

/**
 * The services of a compose file.
 * @throws UserError with everything that can't be had, by file, line and key
 */
export function readCompose(request: ComposeRequest): ComposeResult {
  const reading = new Reading(request);
  const services = reading.services();
  const { all } = reading.problems;
  if (all.length === 0) return { services, read: [...reading.read] };
  const sorted = [...all].sort((a, b) => compare(a.at.file, b.at.file) || a.at.line - b.at.line);
  const lines = sorted.slice(0, told).map((one) => `${one.at.file}:${one.at.line}: ${one.where}: ${one.why}`);
  const more = sorted.length > told ? [`and ${sorted.length - told} more`] : [];
  throw new UserError(
    [
      `Pulumi.${request.stack}.yaml: sluice:compose: ${request.file} can't become an environment:`,
      ...lines,
      ...more,
    ].join('\n  '),
    `correct ${[...new Set(sorted.map((one) => one.at.file))].join(' and ')}; docs/compose.md says what becomes of each key`,
  );
}

/**
 * The files of the project that a compose file leads to, whatever else is wrong with it: what pipelines need to read it as this
 * machine does, and the files with secrets in them, which nobody needs.
 */
export function composeFiles(request: ComposeRequest): { read: string[]; secret: string[] } {
  const reading = new Reading(request);
  reading.services();
  return { read: [...reading.read], secret: reading.secretFiles() };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** One reading of a compose file with all that it leads to. */
class Reading {
  readonly problems = new Problems();
  readonly read = new Set<string>();
  private readonly documents = new Map<string, Node | undefined>();

  constructor(private readonly o: ComposeRequest) {}

  services(): Record<string, Draft> {
    const start: Position = { file: this.o.file, line: 1 };
    const document = this.load(this.o.file, start, 'file');
    if (document === undefined) return {};
    this.refuseUnknownKeys(document);
    const all = at(document, 'services');
    if (all === undefined) {
      this.problems.refuse(start, 'services', 'is missing; a compose file names its services there');
      return {};
    }
    const variables = this.variables();
    const whole = entriesOf({ node: all, where: 'services', problems: this.problems }).flatMap(
      ([name, { node, at: place }]): [string, Mapping, Position][] => {
        if (node.kind !== 'map') {
          this.problems.refuse(place, `services.${name}`, 'must be a mapping of keys to values');
          return [];
        }
        const service = extended(node, name, { document, load: this.load.bind(this), problems: this.problems });
        return this.isActive(service, name, variables) ? [[name, service, place]] : [];
      },
    );
    const active = whole.map(([name]) => name);
    const drafts = whole.map(([name, service, place]) => ({
      name,
      spot: { node: service, where: `services.${name}`, problems: this.problems },
      draft: readService(service, this.context(name, document, variables, active, place)),
    }));
    this.refuseTogether(document, whole, drafts);
    return Object.fromEntries(drafts.map(({ name, draft }) => [name, draft]));
  }

  /** Where the file says that its secrets lie. */
  secretFiles(): string[] {
    return [...this.documents].flatMap(([file, document]) => {
      const secrets = at(document, 'secrets');
      const nodes = secrets?.kind === 'map' ? [...secrets.entries.values()].map(({ value }) => at(value, 'file')) : [];
      return nodes.flatMap((node) =>
        node?.kind === 'scalar' ? [path.posix.join(path.posix.dirname(file), String(node.value))] : [],
      );
    });
  }

  private context(
    service: string,
    document: Node,
    variables: ComposeVariables,
    active: string[],
    place: Position,
  ): Context {
    if (!/^(?!xn--)[a-z][a-z0-9-]{0,30}$/.test(service)) {
      const why = 'is a name that no address can have; write lower-case letters, digits and dashes, at most 31';
      this.problems.refuse(place, `services.${service}`, why);
    }
    return {
      service,
      document,
      problems: this.problems,
      variables,
      files: this.o.files,
      uses: (file) => this.read.add(file),
      stack: this.o.stack,
      bind: this.o.bind,
      own: this.o.own[service] ?? {},
      active,
      at: place,
    };
  }

  private load(file: string, from: Position, where: string): Node | undefined {
    if (this.documents.has(file)) return this.documents.get(file);
    const normal = path.posix.normalize(file);
    let document: Node | undefined;
    if (!this.o.files.inside(normal)) {
      this.problems.refuse(from, where, outsideProject(file));
    } else if (this.o.files.kind(normal) !== 'file') {
      this.problems.refuse(from, where, `there is no file ${normal}`);
    } else {
      this.read.add(normal);
      document = parseYaml(textIn(this.o, normal, this.problems), normal, this.problems.all);
      if (document !== undefined && document.kind !== 'map') {
        this.problems.refuse(document.at, where, 'is no compose file: it must be a mapping with "services"');
        document = undefined;
      }
    }
    this.documents.set(file, document);
    return document;
  }

  /** What `.env` beside the file says, and the stack's secrets; nothing of the machine, so that all machines come to the same. */
  private variables(): ComposeVariables {
    const { secrets, file, files } = this.o;
    const env = path.posix.join(path.posix.dirname(file), '.env');
    const none: ComposeVariables = { plain: {}, secret: secrets, file: env };
    if (files.kind(env) !== 'file') return none;
    this.read.add(env);
    const found = readEnvFile(textIn(this.o, env, this.problems), env, none, this.problems);
    const plain = found.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const]));
    return { ...none, plain: Object.fromEntries(plain) };
  }

  private isActive(service: Mapping, name: string, variables: ComposeVariables): boolean {
    const profiles = service.entries.get('profiles');
    if (profiles === undefined) return true;
    const spot: Spot = { node: profiles.value, where: `services.${name}.profiles`, problems: this.problems };
    const names = textsOf({ ...spot, node: interpolate(spot, variables, false) }, true);
    return names.length === 0 || names.some((each) => this.o.profiles.includes(each));
  }

  private refuseUnknownKeys(document: Node): void {
    for (const [key, spot] of entriesOf({ node: document, where: '', problems: this.problems })) {
      if (key.startsWith('x-')) continue;
      const rule = Object.hasOwn(fileKeys, key) ? fileKeys[key] : undefined;
      if (rule === undefined) {
        this.problems.refuse(spot.at, key, `is no key of a compose file${didYouMean(key, Object.keys(fileKeys))}`);
      } else if (rule.is === 'refused') this.problems.refuse(spot.at, key, rule.doc);
    }
  }

  /** What is wrong with services together, and with what they share. */
  private refuseTogether(
    document: Node,
    whole: readonly (readonly [string, Mapping, Position])[],
    drafts: readonly { name: string; draft: Draft; spot: Spot }[],
  ): void {
    refuseCircles(drafts, this.problems);
    const volumes = at(document, 'volumes');
    const mounted = new Set(drafts.flatMap(({ draft }) => Object.values(draft.volumes ?? {})));
    if (volumes !== undefined)
      refuseForeignVolumes({ node: volumes, where: 'volumes', problems: this.problems }, mounted);
    const networks = at(document, 'networks');
    const joined = new Set(['default', ...whole.flatMap(([, service]) => networksOf(service))]);
    if (networks !== undefined)
      refuseForeignNetworks({ node: networks, where: 'networks', problems: this.problems }, joined);
    const services = Object.fromEntries(whole.map(([name, service]) => [name, service]));
    refuseSeparation(services, this.problems);
  }
}
