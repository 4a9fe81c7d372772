import { z } from 'zod';
import { composeSsh } from './compose-ssh';
import { engine } from './engine';
import type { Home } from '../home';
import type { HomeQuestion, LoginKey, TargetKind } from './kind';
import { sshDocker } from './ssh-docker';

export type { LoginKey } from './kind';

/** `sluice:target`: where an environment's containers run. */
export const target = z
  .discriminatedUnion('kind', [engine.settings, sshDocker.settings, composeSsh.settings])
  .default({ kind: 'engine' });

/** Where an environment's containers run, as its config says. */
export type TargetSettings = z.infer<typeof target>;

/** Kinds of targets. */
export type TargetKindName = TargetSettings['kind'];

/** All kinds of targets by the word that config has for them. */
const kinds = { engine, 'ssh-docker': sshDocker, 'compose-ssh': composeSsh } satisfies Record<TargetKindName, unknown>;

/** What is known of a kind. */
export type KnownKind = Omit<TargetKind, 'settings' | 'machine' | 'home'>;

const all: Readonly<Record<TargetKindName, TargetKind>> = kinds;

/** What is known of the kind of a target. */
export function kindOf({ kind }: Pick<TargetSettings, 'kind'>): KnownKind {
  return all[kind];
}

/** The same of settings that may be wrong; of the default kind for a word that is none. */
export function kindIn(settings: unknown): KnownKind {
  const { kind } = Object(settings) as { kind?: unknown };
  return typeof kind === 'string' && Object.hasOwn(kinds, kind) ? all[kind as TargetKindName] : engine;
}

/** The kinds that a login is for. */
export function kindsWith(login: LoginKey): TargetKindName[] {
  return (Object.keys(kinds) as TargetKindName[]).filter((name) => all[name].logins.includes(login));
}

/** The machine that a target is, by the way to it; undefined of the platform's own. */
export function machineOf(settings: TargetSettings): string | undefined {
  return all[settings.kind].machine?.(settings);
}

/** Where an environment is. */
export function homeOf(settings: TargetSettings, question: HomeQuestion): Home {
  return all[settings.kind].home(settings, question);
}
