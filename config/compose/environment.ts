import { projectPath, readText } from './beside';
import type { Context, Draft } from './draft';
import { readEnvFile } from './env-file';
import type { Position } from './node';
import { at, flagOf, membersOf, pairsOf, refuseOthers, scalarText, textOf, type Spot } from './values';

/** Variables of a service, apart those with a secret in them. */
interface Parts {
  env: Record<string, string>;
  secretEnv: Record<string, string>;
}

function put(parts: Parts, key: string, value: string, secret: boolean): void {
  const [to, from] = secret ? [parts.secretEnv, parts.env] : [parts.env, parts.secretEnv];
  to[key] = value;
  Reflect.deleteProperty(from, key);
}

/**
 * A variable with no value is the machine's in docker compose. Here it is what `.env` or the stack's secrets say, so that it is
 * the same on every machine.
 */
function putNamed(parts: Parts, key: string, place: Position, where: string, context: Context): void {
  const { plain, secret, file } = context.variables;
  if (Object.hasOwn(secret, key)) put(parts, key, secret[key] ?? '', true);
  else if (Object.hasOwn(plain, key)) put(parts, key, plain[key] ?? '', false);
  else {
    context.problems.refuse(
      place,
      `${where}.${key}`,
      `takes its value from the machine that it is started on; write ${key}=… to ${file}, or give it to sluice:composeSecrets`,
    );
  }
}

/** `env_file` and `environment`, in this order: what stands in the compose file wins. */
export function readEnvironment(envFile: Spot | undefined, environment: Spot | undefined, context: Context): Draft {
  const parts: Parts = { env: {}, secretEnv: {} };
  for (const member of envFile === undefined ? [] : membersOf(envFile, true)) readOneFile(member, parts, context);
  for (const { key, value, at: place } of environment === undefined ? [] : pairsOf(environment)) {
    const where = `services.${context.service}.environment`;
    if (!/^[^=\s\p{Cc}]+$/u.test(key)) context.problems.refuse(place, where, `"${key}" is no name of a variable`);
    else if (value === undefined) putNamed(parts, key, place, where, context);
    else if (typeof value.value === 'number' && String(value.value) !== value.text) {
      context.problems.refuse(
        value.at,
        `${where}.${key}`,
        `is a number that docker compose writes as ${value.value}; put ${value.text} into quotes`,
      );
    } else put(parts, key, scalarText(value), value.secret === true);
  }
  return {
    ...(Object.keys(parts.env).length === 0 ? {} : { env: parts.env }),
    ...(Object.keys(parts.secretEnv).length === 0 ? {} : { secretEnv: parts.secretEnv }),
  };
}

function readOneFile(spot: Spot, parts: Parts, context: Context): void {
  const { node, where, problems } = spot;
  let name = spot;
  if (node.kind === 'map') {
    refuseOthers(spot, { path: undefined, required: undefined, format: undefined });
    const own = at(node, 'path');
    if (own === undefined) return problems.refuse(node.at, where, 'says no path');
    name = { ...spot, node: own, where: `${where}.path` };
  }
  const file = textOf(name);
  if (file === undefined) return;
  const required = at(node, 'required');
  const optional = required !== undefined && flagOf({ ...spot, node: required, where: `${where}.required` }) === false;
  const whole = optional ? projectPath(name, file, context) : undefined;
  if (whole !== undefined && context.files.kind(whole) === undefined) return;
  const text = readText(name, file, context);
  if (text === undefined) return;
  const { at: place } = name.node;
  const folder = place.file.includes('/') ? place.file.replace(/[^/]*$/, '') : '';
  const raw = at(node, 'format');
  for (const each of readEnvFile(text, `${folder}${file.replace(/^\.\//, '')}`, context.variables, problems)) {
    if (raw !== undefined) continue;
    if (each.value === undefined) putNamed(parts, each.key, each.at, where, context);
    else put(parts, each.key, each.value, each.secret);
  }
  if (raw !== undefined)
    problems.refuse(
      raw.at,
      `${where}.format`,
      'is not known here; write the file as docker compose reads it by default',
    );
}
