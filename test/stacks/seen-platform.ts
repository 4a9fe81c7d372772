import { command, container, type Recorder } from '../components/mocks';
import { plain, readable } from '../components/platform-args';

/** What the state shows to everybody of what runs and of what actions are given. */
export function shownOf({ resources }: Recorder): string {
  return JSON.stringify(
    resources.filter(({ type }) => type === container || type === command).map(({ inputs }) => readable(inputs)),
  );
}

/** The variables of a container, by name. */
export function variablesOf(recorder: Recorder, name: string): Record<string, string> {
  const envs = plain(recorder.inputs(container, name)['envs']) as string[];
  return Object.fromEntries(envs.map((env) => [env.slice(0, env.indexOf('=')), env.slice(env.indexOf('=') + 1)]));
}
