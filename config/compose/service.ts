import { withPart, type Context, type Draft } from './draft';
import { readEnvironment } from './environment';
import { interpolate } from './interpolate';
import { serviceKeys } from './keys';
import type { Mapping, Node } from './node';
import { readSource } from './source';
import { entriesOf, at, scalarText, type Spot } from './values';
import { didYouMean } from '../../base/spelling';

/** MiB where neither file says anything: compose files say nothing of most services, and databases need more than 256. */
const memory = 1024;

/**
 * One service of a compose file as a service of an environment.
 * @param service with all that it extends, before variables are put in
 */
export function readService(service: Mapping, context: Context): Draft {
  const where = `services.${context.service}`;
  const whole: Spot = { node: service, where, problems: context.problems };
  const spots = new Map<string, Spot>();
  for (const [key, spot] of entriesOf(whole)) {
    if (key.startsWith('x-')) continue;
    const rule = Object.hasOwn(serviceKeys, key) ? serviceKeys[key] : undefined;
    if (rule === undefined) {
      const hint = didYouMean(key, Object.keys(serviceKeys));
      context.problems.refuse(spot.at, spot.where, `is no key of a service${hint}`);
      continue;
    }
    if (rule.is === 'ignored') continue;
    if (rule.is === 'refused') {
      const { node } = spot;
      const text = node.kind === 'scalar' ? scalarText(node) : undefined;
      if (text === undefined || !rule.unless.includes(text)) context.problems.refuse(spot.at, spot.where, rule.doc);
      continue;
    }
    if (isNothing(spot.node)) continue;
    spots.set(key, { ...spot, node: interpolate(spot, context.variables, key === 'environment') });
  }

  let draft: Draft = { readOnly: false, memory };
  draft = withPart(draft, readSource(spots.get('image'), spots.get('build'), context));
  draft = withPart(draft, readEnvironment(spots.get('env_file'), spots.get('environment'), context));
  for (const [key, rule] of Object.entries(serviceKeys)) {
    const spot = spots.get(key);
    if (spot !== undefined && rule.is === 'understood') draft = withPart(draft, rule.read?.(spot, context));
  }
  return finished(draft, service, context);
}

function isNothing(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** What follows from several keys together. */
function finished(draft: Draft, service: Mapping, context: Context): Draft {
  const { own, problems } = context;
  const given = draft.files !== undefined || draft.secretFiles !== undefined;
  if (draft.readOnly === true && given) {
    const place = service.entries.get('read_only');
    problems.refuse(
      place?.at ?? service.at,
      `services.${context.service}.read_only`,
      'the engine gives no files (secrets, configs, files mounted ":ro") to a container whose root is only read; remove it',
    );
  }
  const published = draft.port !== undefined || own['port'] !== undefined;
  const alone = !published || Object.keys(draft.volumes ?? {}).length > 0;
  const name = at(service, 'container_name');
  const aliases = [
    ...(draft.aliases ?? []),
    ...(draft.hostname === undefined ? [] : [draft.hostname]),
    ...(name?.kind === 'scalar' && name.value !== null && !String(name.value).includes('$') ? [scalarText(name)] : []),
  ].filter((alias) => alias !== context.service);
  if (published) refuseAliases(draft.aliases ?? [], service, context);
  const rest = { ...draft };
  delete rest.aliases;
  return {
    ...rest,
    ...(published || aliases.length === 0 ? {} : { aliases: [...new Set(aliases)] }),
    ...(alone ? { strategy: 'recreate' } : {}),
  };
}

/** The edge stands for a published service, and knows it by one name. */
function refuseAliases(aliases: readonly string[], service: Mapping, context: Context): void {
  const other = aliases.find((alias) => alias !== context.service);
  if (other === undefined) return;
  const place = at(service, 'networks')?.at ?? service.at;
  context.problems.refuse(
    place,
    `services.${context.service}.networks`,
    `gives it the name ${other}, but the edge in front of a service with "ports" knows it as ${context.service} alone`,
  );
}
