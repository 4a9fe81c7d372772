import * as path from 'node:path';
import { fileOf, readFiles } from './beside';
import type { GivenFile } from '../schema/service';
import type { Context, Draft } from './draft';
import { interpolate } from './interpolate';
import type { Node } from './node';
import { sluice } from '../../base/command';
import { at, membersOf, refuse, refuseOthers, textOf, type Spot } from './values';

/** What a service is granted: a name of the file's secrets or configs, and as which file. */
interface Grant {
  name: string;
  target: string | undefined;
  mode: string;
  owner?: string;
  group?: string;
}

const allMayRead = '0444';

function grantOf(spot: Spot): Grant | undefined {
  const { node, where, problems } = spot;
  if (node.kind === 'scalar') {
    const name = textOf(spot);
    return name === undefined ? undefined : { name, target: undefined, mode: allMayRead };
  }
  refuseOthers(spot, { source: undefined, target: undefined, uid: undefined, gid: undefined, mode: undefined });
  const textAt = (key: string): string | undefined => {
    const value = at(node, key);
    return value === undefined ? undefined : textOf({ node: value, where: `${where}.${key}`, problems });
  };
  const [name, owner, group] = [textAt('source'), textAt('uid'), textAt('gid')];
  const number = [owner, group].find((each) => each !== undefined && !/^\d+$/.test(each));
  if (number !== undefined)
    return refuse(spot, `names the user or group "${number}"; a number means the same in every image`);
  const mode = textAt('mode')?.replace(/^0o/, '0') ?? allMayRead;
  if (!/^0?[0-7]{3}$/.test(mode)) return refuse(spot, `has the mode ${mode}; write one like 0440`);
  if (name === undefined) return refuse(spot, 'says no source');
  return {
    name,
    target: textAt('target'),
    mode: mode.padStart(4, '0'),
    ...{ owner, group },
  };
}

function definition(spot: Spot, kind: 'secrets' | 'configs', name: string, context: Context): Node | undefined {
  const found = at(context.document, kind, name);
  return found ?? refuse(spot, `there is no "${name}" under the file's own "${kind}"`);
}

const owned = ({ mode, owner, group }: Grant, file: GivenFile): GivenFile => ({
  ...file,
  mode,
  ...(owner === undefined ? {} : { owner }),
  ...(group === undefined ? {} : { group }),
});

/**
 * `secrets`: files under /run/secrets. Their values come from the stack's encrypted config and never from a file of the
 * project: pipelines deploy too, and their image holds the project's files.
 */
export function readSecrets(spot: Spot, context: Context): Draft {
  const files = membersOf(spot).flatMap((member): [string, GivenFile][] => {
    const grant = grantOf(member);
    const found = grant === undefined ? undefined : definition(member, 'secrets', grant.name, context);
    if (grant === undefined || found === undefined) return [];
    const place = { node: found, where: `secrets.${grant.name}`, problems: context.problems };
    refuseOthers(place, { file: undefined, environment: undefined, external: undefined, name: undefined });
    const variable = at(found, 'environment');
    const file = at(found, 'file');
    const key = variable === undefined ? grant.name : (textOf({ ...place, node: variable }) ?? grant.name);
    const { secret } = context.variables;
    if (!Object.hasOwn(secret, key)) {
      const source =
        file?.kind === 'scalar' ? ` < ${path.posix.join(path.posix.dirname(file.at.file), String(file.value))}` : '';
      refuse(place, `has no value in Pulumi.${context.stack}.yaml; set it: ${setSecret(context.stack, key)}${source}`);
      return [];
    }
    const target = path.posix.resolve('/run/secrets', grant.target ?? grant.name);
    return [[target, owned(grant, fileOf(Buffer.from(secret[key] ?? ''), grant.mode))]];
  });
  return files.length === 0 ? {} : { secretFiles: Object.fromEntries(files) };
}

/** What to type to give a secret its value; Pulumi asks for it, or reads it from standard input. */
export function setSecret(stack: string, key: string): string {
  return `${sluice('pulumi')} config set --secret --path 'sluice:composeSecrets["${key}"]' -s ${stack}`;
}

/** `configs`: files with what stands in the compose file or beside it. */
export function readConfigs(spot: Spot, context: Context): Draft {
  const files = membersOf(spot).flatMap((member): [string, GivenFile][] => {
    const grant = grantOf(member);
    const found = grant === undefined ? undefined : definition(member, 'configs', grant.name, context);
    if (grant === undefined || found === undefined) return [];
    const place = { node: found, where: `configs.${grant.name}`, problems: context.problems };
    refuseOthers(place, {
      file: undefined,
      content: undefined,
      name: undefined,
      external: 'is kept in a Swarm; write "file" or "content"',
      environment: 'takes its value from the machine; write "file" or "content"',
      template_driver: 'is a template of Swarm; write what comes of it',
    });
    const target = path.posix.resolve('/', grant.target ?? grant.name);
    const content = at(found, 'content');
    const file = at(found, 'file');
    if (content !== undefined) {
      const text = textOf({ ...place, node: interpolate({ ...place, node: content }, context.variables, false) });
      return text === undefined ? [] : [[target, owned(grant, fileOf(Buffer.from(text), grant.mode))]];
    }
    const spotOfFile =
      file === undefined
        ? undefined
        : { ...place, node: interpolate({ ...place, node: file }, context.variables, false) };
    const source = spotOfFile === undefined ? undefined : textOf(spotOfFile);
    if (spotOfFile === undefined || source === undefined) return [];
    return Object.entries(readFiles(spotOfFile, source, target, context)).map(([name, one]) => [
      name,
      owned(grant, one),
    ]);
  });
  return files.length === 0 ? {} : { files: Object.fromEntries(files) };
}
