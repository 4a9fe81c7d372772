import { left, type Situation } from './situation';

/** Of a pipeline. */
export const pipeline = {
  fullRegistry: {
    situation: "the registry's disk is full, at a push",
    message: 'the registry … could not store the image: …',
    next: "look at the registry's log and at the room on its disk (docker system df), then restart the build",
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/steps.engine.test.ts',
  },
  fullEngine: {
    situation: "the engine's disk is full, at a build",
    message: "the engine's disk is full: nothing was pushed or deployed",
    next: 'make room there (docker system df shows what takes it; docker image prune), then restart the build',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/full-disk.own-engine.test.ts',
  },
  noTestStage: {
    situation: 'a Dockerfile without a stage "test"',
    message: 'the Dockerfile has no stage "test", so nothing is known of this change and it goes no further',
    next: 'add "FROM … AS test" with the unit tests to the Dockerfile (RUN npm test), commit and push',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/steps.engine.test.ts',
  },
  notFetched: {
    situation: 'a commit that the git host does not give to the step `clone`',
    message: "… of … can't be fetched: …",
    next: 'npm run up, which starts what is missing; then restart the build',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/clone.test.ts',
  },
  pullRequestClashes: {
    situation: "a pull request that can't be merged",
    message: "this pull request can't be merged into …: …",
    next: 'merge … into it, solve the conflicts and push',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/clone.test.ts',
  },
  foreignRevision: {
    situation: 'an image whose label names another commit than the one that was built',
    message: 'the image of … says that it was built from …; no channel was moved to it',
    next: 'take out of the Dockerfile what sets that label, "# syntax=" lines too, commit and push',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/push.test.ts',
  },
} as const satisfies Record<string, Situation>;
