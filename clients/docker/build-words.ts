/**
 * What the two builders say: the one inside the engine (seen with engine 20.10) and BuildKit (seen with buildx 0.29 and with its client
 * 28.2). They end with 1 whatever it was.
 */

/** What a build has printed, on both streams. */
interface Said {
  stdout: string;
  stderr: string;
}

/** Whether a failed build failed because the Dockerfile has no such stage. */
export function lacksStage({ stderr, stdout }: Said, stage: string): boolean {
  const text = `${stdout}\n${stderr}`;
  return (
    text.includes(`failed to reach build target ${stage} in Dockerfile`) ||
    new RegExp(`target stage "?${stage}"? could not be found`).test(text)
  );
}

/**
 * Whether a failed build failed because a file was not there to be copied, in a last stage that does nothing else. BuildKit has many
 * words for what is wrong, and one for where.
 * @param file its absolute path
 */
export function lacksFile({ stderr, stdout }: Said, file: string, stage: string): boolean {
  const text = `${stdout}\n${stderr}`;
  const legacy = new RegExp(`COPY failed: stat \\S*${file.slice(1).replace(/[.+]/g, '\\$&')}: file does not exist`);
  return legacy.test(text) || new RegExp(`^ > \\[${stage} `, 'm').test(text);
}

/** Lines in which the client advertises another builder than the one that is there. */
export function isNotice(line: string): boolean {
  return notices.some((notice) => line.includes(notice));
}

const notices = [
  'DEPRECATED: The legacy builder',
  'Install the buildx component',
  'https://docs.docker.com/go/buildx/',
  'BuildKit is currently disabled',
  '            environment-variable.',
];
