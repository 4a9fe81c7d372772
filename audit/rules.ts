import { images } from './images';
import { isolation } from './isolation';
import { operation } from './operation';
import type { Rule } from './rule';

/**
 * The checks of the CIS Docker Benchmark v1.6.0, sections 4 and 5, that can be read from what the engine tells, in its
 * order. What each asks for follows docker-bench-security (tests/4_container_images.sh, tests/5_container_runtime.sh);
 * docs/audit.md says which are left out, and why.
 */
export const rules: readonly Rule[] = [...images, ...isolation, ...operation].sort(byNumber);

function byNumber(a: Rule, b: Rule): number {
  const [[chapter = 0, check = 0], [otherChapter = 0, otherCheck = 0]] = [a, b].map(({ id }) =>
    id.split('.').map(Number),
  ) as [number[], number[]];
  return chapter - otherChapter || check - otherCheck;
}
