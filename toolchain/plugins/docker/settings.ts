import { readFileSync } from 'node:fs';
import * as os from 'node:os';
import type { Failure } from '../serving/plugin';
import { failuresOf } from '../serving/check';
import type { Table } from '../serving/table';
import { isObject, UNKNOWN, type Plain, type PlainProperties } from '../serving/values';
import { resolveEndpoint, type EndpointSettings, type EndpointFacts } from './endpoint';
import { Engine } from './engine';
import type { RegistryAuth } from './registry-auth';

/** This machine, as far as finding an engine needs it. */
export const thisMachine: EndpointFacts = {
  environment: process.env,
  home: process.env['HOME'] ?? os.homedir(),
  read: (file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  },
};

const text = { type: 'string', onChange: 'update' } as const;

const registryAuth: Table = {
  address: { ...text, required: true },
  authDisabled: { type: 'boolean', onChange: 'update' },
  configFile: text,
  configFileContent: text,
  password: text,
  username: text,
};

const settings: Table = {
  caMaterial: text,
  certMaterial: text,
  certPath: text,
  context: text,
  disableDockerDaemonCheck: { type: 'boolean', onChange: 'update' },
  host: text,
  keyMaterial: text,
  registryAuth: { type: 'list', of: registryAuth, onChange: 'update' },
  sshOpts: { type: 'list', onChange: 'update' },
  version: text,
  pluginDownloadURL: text,
};

/** The provider's settings; the SDK sends what is no string as JSON text. */
function decoded(inputs: PlainProperties): PlainProperties {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => {
      const type = settings[key]?.type;
      if (type === 'string' || type === undefined || typeof value !== 'string') return [key, value];
      try {
        return [key, JSON.parse(value) as Plain];
      } catch {
        return [key, value];
      }
    }),
  );
}

/**
 * The settings as the official plugin keeps them, so that a stack may go from one to the other: JSON text as Go writes it, members
 * by name and without the characters that HTML minds.
 */
export function keptSettings(inputs: PlainProperties): PlainProperties {
  const known = decoded(inputs);
  const kept = Object.entries(inputs).map(([key, value]): [string, Plain] => {
    const meant = known[key];
    return [key, typeof value === 'string' && typeof meant === 'object' ? jsonByGo(meant) : value];
  });
  return Object.fromEntries(kept);
}

function jsonByGo(value: Plain | undefined): string {
  const text = JSON.stringify(value, (_key, member: Plain) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
  return text.replace(/[<>&\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What is wrong with a provider's settings. */
export function settingsFailures(inputs: PlainProperties): Failure[] {
  return failuresOf(settings, decoded(inputs));
}

/** The settings that hold a password or a key. */
export function secretSettings(inputs: PlainProperties): string[] {
  const { registryAuth: auth } = decoded(inputs);
  const entries = Array.isArray(auth) ? auth.filter((entry) => isObject(entry)) : [];
  const password = entries.some((entry) => {
    const { password, configFileContent } = entry as Record<string, Plain>;
    return (password ?? '') !== '' || (configFileContent ?? '') !== '';
  });
  return [
    ...(password ? ['registryAuth'] : []),
    ...(inputs['keyMaterial'] === undefined || inputs['keyMaterial'] === null ? [] : ['keyMaterial']),
  ];
}

/** The engine and the registry logins of one provider. */
export interface Session {
  engine: Engine;
  logins: readonly RegistryAuth[];
}

let current: PlainProperties = {};
let session: Session | undefined;

/** Takes a provider's settings. Nothing is connected yet: a preview may run where there is no engine. */
export function useSettings(inputs: PlainProperties): void {
  current = decoded(inputs);
  session = undefined;
}

/** The session of the settings taken last. */
export function currentSession(): Session {
  session ??= {
    engine: new Engine(resolveEndpoint(endpointSettings(current), thisMachine)),
    logins: Array.isArray(current['registryAuth']) ? (current['registryAuth'] as unknown as RegistryAuth[]) : [],
  };
  return session;
}

function endpointSettings(inputs: PlainProperties): EndpointSettings {
  const string = (key: string): string | undefined => {
    const value = inputs[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  if (Object.values(inputs).includes(UNKNOWN)) throw new Error("the provider's configuration is not known yet");
  const [host, context, certPath] = [string('host'), string('context'), string('certPath')];
  const [ca, cert, key] = [string('caMaterial'), string('certMaterial'), string('keyMaterial')];
  return {
    ...(host === undefined ? {} : { host }),
    ...(context === undefined ? {} : { context }),
    ...(certPath === undefined ? {} : { certPath }),
    ...(cert === undefined
      ? {}
      : { material: { ...(ca === undefined ? {} : { ca }), cert, ...(key === undefined ? {} : { key }) } }),
    sshOptions: Array.isArray(inputs['sshOpts']) ? (inputs['sshOpts'] as string[]) : [],
  };
}
