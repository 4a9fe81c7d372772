import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { examplesFolder } from '../docs/add-example';
import type { Project } from '../errors/project';

/** Where that team's stack files are. */
export const teamFolder = path.join(examplesFolder, 'gitlab-harbor');

/** A team of four environments, whose repository is at GitLab and whose images are in Harbor: the example of it. */
export function teamOfFour(): Project &
  Record<'platform' | 'dev' | 'pilot' | 'stage' | 'production', Record<string, unknown>> {
  const own = (stack: string): Record<string, unknown> => {
    const text = fs.readFileSync(path.join(teamFolder, `Pulumi.${stack}.yaml`), 'utf8');
    const { config } = parse(text) as { config: Record<string, unknown> };
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^sluice:/, ''), value]));
  };
  return {
    platform: own('platform'),
    dev: own('dev'),
    pilot: own('pilot'),
    stage: own('stage'),
    production: own('production'),
  };
}
