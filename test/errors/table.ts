import { approvals } from './situations/approvals';
import { artifacts } from './situations/artifacts';
import { config } from './situations/config';
import { elsewhere } from './situations/elsewhere';
import { identity } from './situations/identity';
import { machine } from './situations/machine';
import { machines } from './situations/machines';
import { pipeline } from './situations/pipeline';
import { platform } from './situations/platform';
import { registries } from './situations/registries';
import { stores } from './situations/stores';
import { releases } from './situations/releases';

export type { Situation } from './situations/situation';

/** The table of docs/errors.md, and what the tests hold the program to. */
export const situations = {
  ...machine,
  ...config,
  ...platform,
  ...registries,
  ...pipeline,
  ...artifacts,
  ...elsewhere,
  ...identity,
  ...machines,
  ...stores,
  ...releases,
  ...approvals,
} as const;

export type SituationName = keyof typeof situations;
