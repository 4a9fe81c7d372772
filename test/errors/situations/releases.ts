import { left, type Situation } from './situation';

/** Of releases: cutover, watch, rollback. */
export const releases = {
  awaitedUnhealthy: {
    situation: 'a service that others wait for (`depends_on: service_healthy`) does not become healthy',
    message: '…: … is …; what depends on it is not started…',
    next: 'correct …; to try it once more: npm run up',
    exit: 1,
    left: left.former,
    test: 'actions/await-healthy.test.ts',
  },
  checksUnpublished: {
    situation: 'a gate whose checks run on another machine, before the platform has published their image',
    message: "checks can't run on …: the platform has not published their image yet",
    next: 'npm run up, without a stack: the platform publishes it',
    exit: 1,
    left: left.running,
    test: 'actions/lib/upstream.test.ts',
  },
  unhealthy: {
    situation: 'a release does not become healthy',
    message: '…: … is …; the edge of … stays where it is…',
    next: 'push a change that becomes healthy; to try it once more: npm run up',
    exit: 1,
    left: left.former,
    test: 'cutover/cutover.engine.test.ts',
  },
  takenBack: {
    situation: 'a release does badly when it is watched',
    message: '… has taken … back: …',
    next: 'push a change that does better, or change sluice:watch; to try it once more as it is: npm run promote -- … --again',
    exit: 1,
    left: left.former,
    test: 'cutover/cutover.engine.test.ts',
  },
  neverRun: {
    situation: '`npm run rollback` to what the environment has never run',
    message: '… has never run a release with the digest …',
    next: 'npm run history -- … shows what it has run',
    exit: 2,
    left: left.everything,
    test: 'releases/history.test.ts',
  },
  notKept: {
    situation: '`npm run rollback` to a release whose images are no longer kept',
    message: '… no longer keeps the images of …',
    next: 'push that state as a new change; sluice:retain in Pulumi.….yaml says how many releases are kept',
    exit: 2,
    left: left.everything,
    test: 'releases/history.test.ts',
  },
  neverPassed: {
    situation: '`npm run rollback` to what has not passed the gate as it is now',
    message: 'the gate of …, as it is now, has no pass of … on record',
    next: 'name another release by --to, change the gate back, or push the older state as a new change',
    exit: 2,
    left: left.everything,
    test: 'releases/history.test.ts',
  },
} as const satisfies Record<string, Situation>;
