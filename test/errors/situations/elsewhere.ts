import { left, type Situation } from './situation';

/** Of a CI server that is not the platform's own. */
export const elsewhere = {
  embeddedElsewhere: {
    situation: '`ci: gitlab` or `github` with a registry of the platform’s own',
    message:
      'Pulumi.….yaml: sluice:ci is "…", whose jobs can\'t reach a registry of the platform\'s own, but sluice:registry is "embedded"',
    next: 'write "sluice:registry: external" and "sluice:registryHost: …" (or the host itself) in Pulumi.….yaml',
    exit: 2,
    left: left.everything,
    test: 'errors/config-elsewhere.test.ts',
  },
  passwordElsewhere: {
    situation: '`ci: gitlab` or `github` with a password of the registry that no job could know',
    message:
      'Pulumi.….yaml: sluice:ci is "…", whose jobs have the registry\'s password from a variable, but sluice:registryPassword is none',
    next: 'write "sluice:registryPassword: $…" in Pulumi.….yaml, and …',
    exit: 2,
    left: left.everything,
    test: 'errors/config-elsewhere.test.ts',
  },
  deployOnHere: {
    situation: '`deployOn` with the platform’s own CI server',
    message:
      'Pulumi.….yaml: sluice:deployOn is for a CI server that is elsewhere, but sluice:ci of … is "drone", which deploys every environment after a push',
    next: 'remove it in Pulumi.….yaml',
    exit: 2,
    left: left.everything,
    test: 'errors/config-elsewhere.test.ts',
  },
  noFileNeeded: {
    situation: '`./sluice pipeline` for a repository that Drone builds',
    message: 'the pipelines of … come from the platform itself, which tells Drone: no file is needed',
    next: 'npm run up, after which every push is built; for GitLab or GitHub write "sluice:ci: gitlab" (docs/gitlab.md) or "sluice:ci: github" (docs/github.md)',
    exit: 2,
    left: left.everything,
    test: 'cli/pipeline.test.ts',
  },
  noDeployImage: {
    situation: '`./sluice pipeline` before the platform was brought up',
    message: '… has published no deploy image yet, in which the jobs of a pipeline run',
    next: './sluice up …',
    exit: 2,
    left: left.everything,
    test: 'cli/pipeline.test.ts',
  },
  lostState: {
    situation: "a job of GitLab or GitHub without the team's state",
    message: "PULUMI_BACKEND_URL is not set: a job's own state would be gone with it",
    next: 'set it in …, as it is where the platform is brought up (docs/….md)',
    exit: 2,
    left: left.everything,
    test: 'cli/pipeline.test.ts',
  },
  lostPassphrase: {
    situation: "a job of GitLab or GitHub without the state's passphrase",
    message: 'PULUMI_CONFIG_PASSPHRASE is not set: the state can not be decrypted',
    next: 'set it in …, as it is where the platform is brought up (docs/….md)',
    exit: 2,
    left: left.everything,
    test: 'cli/pipeline.test.ts',
  },
  reviewNotTold: {
    situation: 'GitHub does not say who has reviewed a deployment that asks for an approval',
    message: 'GitHub does not tell who has let this run deploy to …: …',
    next: 'make the workflow anew, whose job has "actions: read" (./sluice pipeline); then start the job once more',
    exit: 2,
    left: left.everything,
    test: 'pipelines/github-review.test.ts',
  },
  otherRelease: {
    situation: 'the job of an environment in a pipeline whose release is not what upstream runs',
    message: '… is offered …, and not what this pipeline has built (…)',
    next: 'start the job "deploy …" of this pipeline first, or "deploy …" of the pipeline whose release … runs',
    exit: 2,
    left: left.everything,
    test: 'cli/pipeline.test.ts',
  },
  noTag: {
    situation: 'DEFAULT_IMAGE_TAG is no tag',
    message: '"…" is no tag: letters, digits, "_", "." and "-", at most 80',
    next: 'start the pipeline with another DEFAULT_IMAGE_TAG, like 1.4.2',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/settings.test.ts',
  },
  reservedTag: {
    situation: 'DEFAULT_IMAGE_TAG is the tag that an environment follows',
    message: 'the tag "…" is an environment\'s channel, which pipelines move by themselves',
    next: 'start the pipeline with another DEFAULT_IMAGE_TAG, like 1.4.2',
    exit: 2,
    left: left.channels,
    test: 'pipelines/steps/settings.test.ts',
  },
} as const satisfies Record<string, Situation>;
