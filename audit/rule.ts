import type { AuditedContainer, AuditedDockerfile, AuditedImage, Surroundings } from './facts';

/** What a rule is about. */
interface About {
  container: AuditedContainer;
  /** An image, with the containers of ours that run it. */
  image: AuditedImage & { runs: readonly AuditedContainer[] };
  dockerfile: AuditedDockerfile;
}

interface RuleOf<Kind extends keyof About> {
  /** Its number in the CIS Docker Benchmark v1.6.0. */
  id: string;
  /** What has to hold, in one line. */
  title: string;
  kind: Kind;
  /** Whether it can be asked here at all. @default always */
  applies?(around: Surroundings): boolean;
  /** What is wrong, in a few words each; none when it holds. */
  test(subject: About[Kind], around: Surroundings): string[];
}

/** One check of the CIS Docker Benchmark v1.6.0, as a pure function of what the engine tells. */
export type Rule = RuleOf<'container'> | RuleOf<'image'> | RuleOf<'dockerfile'>;

/** One sentence, or none. */
export function unless(holds: boolean, problem: string): string[] {
  return holds ? [] : [problem];
}
