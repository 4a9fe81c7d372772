import { nextLine } from '../../base/errors';

/** What to do about a build that has failed by what was pushed. @param stage of the Dockerfile; absent: its last one */
export function sameAtDesk(stage?: string): string {
  const target = stage === undefined ? '' : ` --target ${stage}`;
  return nextLine(`docker build${target} .  shows the same at your desk; mend it, commit and push.`);
}
