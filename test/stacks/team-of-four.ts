import * as path from 'node:path';
import { examplesFolder, exampleStack } from '../docs/add-example';
import type { Project } from '../errors/project';

/** Where that team's stack files are. */
export const teamFolder = path.join(examplesFolder, 'gitlab-harbor');

/** A team of four environments, whose repository is at GitLab and whose images are in Harbor: the example of it. */
export function teamOfFour(): Project &
  Record<'platform' | 'dev' | 'pilot' | 'stage' | 'production', Record<string, unknown>> {
  const own = (stack: string) => exampleStack('gitlab-harbor', stack);
  return {
    platform: own('platform'),
    dev: own('dev'),
    pilot: own('pilot'),
    stage: own('stage'),
    production: own('production'),
  };
}
