/** What a person meets when something is not as it should be. In texts `…` stands for what differs from case to case. */
export interface Situation {
  situation: string;
  message: string;
  /** The next thing to type or do. */
  next: string;
  /** Exit code of the verb or pipeline step. */
  exit: 1 | 2;
  /** What is left as it was. */
  left: string;
  /** The file with its test, below test/. */
  test: string;
}

/** What is left as it was, where several situations leave the same. */
export const left = {
  everything: 'everything',
  before: 'everything: it is found before the update begins',
  running: 'what runs, and the state',
  former: 'the former release serves on',
  channels: 'every channel and what runs; the build is red',
} as const;
