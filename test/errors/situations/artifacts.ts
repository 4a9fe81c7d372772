import { left, type Situation } from './situation';

/** Of the platforms that images are built for, and of files that are published with releases. */
export const artifacts = {
  foreignPlatform: {
    situation: 'platforms that the builder inside the engine can not build for',
    message:
      'the builder here builds for … only, but the image is to be for … (sluice:repositories): nothing was built',
    next: 'give the docker client that builds its buildx plugin, or remove platforms from the repository',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/artifacts.engine.test.ts',
  },
  severalPlatforms: {
    situation: 'several platforms, on an engine that keeps images for one',
    message:
      'the engine keeps images for one platform, but the image is to be for … (sluice:repositories): nothing was pushed or deployed',
    next: 'turn on the containerd image store of the engine that builds ("features": {"containerd-snapshotter": true} in its daemon.json), or name one platform',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/platforms.test.ts',
  },
  noEmulation: {
    situation: "a build for a platform whose programs the engine can't run",
    message: "the engine that builds can't run programs for …: nothing was pushed or deployed",
    next: 'install QEMU there (Debian: apt-get install qemu-user-static binfmt-support), or cross-compile in a stage "FROM --platform=$BUILDPLATFORM"',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/platforms.test.ts',
  },
  noArtifactStage: {
    situation: 'an artifact of a stage that the Dockerfile does not have',
    message: 'the Dockerfile has no stage "…", from which sluice:repositories.….artifacts.… comes',
    next: 'correct sluice:repositories.….artifacts.….stage (the Dockerfile has …), or add the stage, commit and push',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/artifacts.engine.test.ts',
  },
  noArtifactFile: {
    situation: 'an artifact that its stage does not leave, or that is a folder',
    message:
      'sluice:repositories.….artifacts.…: the stage "…" of the Dockerfile leaves … at …, but an artifact is one file',
    next: 'correct the path, or have the stage make that file (zip, tar); then commit and push',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/artifacts.engine.test.ts',
  },
  largeArtifact: {
    situation: 'an artifact of more than 256 MiB',
    message:
      'sluice:repositories.….artifacts.…: … has … MiB, and an artifact at most … MiB: nothing was pushed or deployed',
    next: 'make it smaller or several, or publish it in another way; then commit and push',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/artifacts.test.ts',
  },
  registryTakesNoArtifacts: {
    situation: 'a registry that knows no OCI artifacts',
    message: 'the registry … takes no artifacts: it answers … to the manifest of "…"',
    next: 'use a registry that knows OCI artifacts, or remove artifacts of … from the configuration',
    exit: 2,
    left: left.channels,
    test: 'clients/registry/artifacts.test.ts',
  },
} as const satisfies Record<string, Situation>;
