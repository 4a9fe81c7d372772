import { left, type Situation } from './situation';

/** Of the platform: registry and git host. */
export const platform = {
  lostImage: {
    situation: "the platform's registry has lost the image of a release",
    message: '… did not succeed…manifest unknown…',
    next: 'the registry has lost that image: push a change to its repository, whose pipeline builds one, or correct the digest in the stack file',
    exit: 1,
    left: 'what runs: the former release serves on',
    test: 'operations/failures.test.ts',
  },
  wrongPassword: {
    situation: 'the registry refuses the login, at a deployment',
    message: '…the registry … refuses the login "…" (401)…',
    next: "remove the registry's container registry-store (docker rm --force), then npm run up, which gives it its login again; or correct username and password in the configuration",
    exit: 1,
    left: left.running,
    test: 'end-to-end/errors.test.ts',
  },
  wrongPasswordAtPush: {
    situation: 'the registry refuses the login, at a push',
    message: 'the registry … refuses the login of this pipeline',
    next: "give the repository's secrets in the CI server the login that the registry takes (./sluice status --show-secrets), then restart the build",
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/steps.engine.test.ts',
  },
  registryAway: {
    situation: 'the registry does not answer, at a deployment',
    message: '…the registry … does not answer (…)…',
    next: 'npm run up, which starts what is missing; or correct its address in the configuration',
    exit: 1,
    left: left.running,
    test: 'end-to-end/errors.test.ts',
  },
  registryAwayAtPush: {
    situation: 'the registry does not answer, at a push',
    message: 'the registry … does not answer',
    next: 'npm run up, which starts what is missing; then restart the build',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/steps.engine.test.ts',
  },
  protectedKey: {
    situation:
      "an `up` or `preview` with a checkout that does not know the platform's key of ledgers: a newer version has brought it up",
    message: '… did not succeed…… is protected: a newer version has made it, and this checkout would delete it…',
    next: 'update this checkout (git pull), then npm run up',
    exit: 1,
    left: 'the ledgers and their key; what else such an update has changed of the platform, the next one puts right',
    test: 'operations/failures.test.ts',
  },
  gitHostAway: {
    situation: 'the git host does not answer when destroy wants to save the repositories',
    message: "what people may miss can't be saved: …",
    next: 'npm run up, which mends the platform; or ./sluice destroy --without-backup',
    exit: 1,
    left: 'everything: nothing has been taken away',
    test: 'end-to-end/errors.test.ts',
  },
} as const satisfies Record<string, Situation>;
