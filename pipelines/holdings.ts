import { parseAllDocuments } from 'yaml';

/** What a step of a pipeline has while it runs. */
export interface Holding {
  /** `deliver: deploy staging`: pipeline or job, and step. */
  step: string;
  /** Names of the secrets that it is given. */
  secrets: string[];
  /** The whole engine, by its socket. To build and to push by the gateway is less, and no part of this. */
  engine: boolean;
  /** The folder with the state and its passphrase. */
  state: boolean;
  /** The workspace of its pipeline holds what was pushed. */
  pushedFiles: boolean;
}

/** A document as Drone reads it, as far as it is looked at. */
interface DronePipeline {
  name: string;
  steps: { name: string; command?: string[]; environment?: Record<string, unknown>; volumes?: { name: string }[] }[];
  clone?: { disable?: boolean };
}

/**
 * What each step holds, read from the pipelines as Drone gets them. All steps of a pipeline share its workspace: what one of them has
 * fetched, the others hold.
 */
export function droneHoldings(yaml: string): Holding[] {
  return parseAllDocuments(yaml, { version: '1.1' })
    .map((document) => document.toJS() as DronePipeline)
    .flatMap(({ name, steps, clone }) => {
      const pushedFiles =
        clone?.disable !== true ||
        steps.some(({ command = [] }) => command.some((word) => word.startsWith('SLUICE_CLONE_URL=')));
      return steps.map(({ name: step, environment = {}, volumes = [] }) => ({
        step: `${name}: ${step}`,
        secrets: Object.values(environment).flatMap((value) => secretOf(value)),
        engine: volumes.some((volume) => volume.name === 'engine'),
        state: volumes.some((volume) => ['home', 'state'].includes(volume.name)),
        pushedFiles,
      }));
    });
}

function secretOf(value: unknown): string[] {
  const secret = (value as { from_secret?: string } | null)?.from_secret;
  return secret === undefined ? [] : [secret];
}

/** Whether a step has both what was pushed and what must be kept from it. */
export function hasBothSides({ secrets, engine, state, pushedFiles }: Holding): boolean {
  return pushedFiles && (secrets.length > 0 || engine || state);
}

/** The lines of a Markdown table, with its head. */
export function holdingsTable(holdings: readonly Holding[]): string[] {
  const mark = (has: boolean): string => (has ? 'x' : '');
  return [
    '| step | pushed files | secret | engine | state |',
    '| --- | --- | --- | --- | --- |',
    ...holdings.map(
      ({ step, secrets, engine, state, pushedFiles }) =>
        `| ${step} | ${mark(pushedFiles)} | ${secrets.join(', ')} | ${mark(engine)} | ${mark(state)} |`,
    ),
  ];
}
