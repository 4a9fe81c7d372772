import { sluice } from '../base/command';
import type { Verb, VerbOption } from './call';

const yes: VerbOption = { type: 'boolean', short: 'y', help: 'do not ask' };

const platform: VerbOption = {
  type: 'string',
  help: 'in a pipeline: with the stack files that the last "up" of this platform has recorded',
};

const asks = 'Shows what would change and asks; with --yes, CI=true or no terminal it does not ask.';

/** Everything that can be typed after `./sluice` (`sluice` in the pipeline's image). */
export const verbs: readonly Verb[] = [
  {
    name: 'up',
    summary: 'bring everything up, or mend it: platform, sample, first pipeline, environments',
    usage: '[--yes] [stack…]',
    details: [
      'Installs what this machine lacks, updates the platform, follows the pipeline that runs, then updates each',
      'environment in order. What a killed run left behind is taken over or removed first. With stacks named, only those.',
      'Exit code 1: something did not succeed, or a candidate stands refused.',
    ],
    options: { yes },
    words: { least: 0, most: Infinity },
    load: () => import('./up'),
  },
  {
    name: 'preview',
    summary: 'show what up would change: per service old and new digest, then the resources',
    usage: '[stack…]',
    options: { diff: { type: 'boolean', help: 'show the properties that would change' } },
    words: { least: 0, most: Infinity },
    load: () => import('./preview'),
  },
  {
    name: 'status',
    summary: 'what runs where, and what the gates say',
    usage: '[--json] [--show-secrets] [environment]',
    options: {
      json: { type: 'boolean', help: 'one JSON object on standard output' },
      'show-secrets': { type: 'boolean', help: 'with logins' },
    },
    words: { least: 0, most: 1 },
    load: () => import('./status'),
  },
  {
    name: 'check',
    summary: "run an environment's checks by hand, with the same evidence as the gate",
    usage: '[environment [name]]',
    details: [
      'Exit code 0: all passed, 1: one failed, 2: one could not tell.',
      "Without an environment: this project's own types, lint and unit tests, for whoever changes it (CONTRIBUTING.md).",
    ],
    options: {
      output: { type: 'string', short: 'o', help: 'folder for the evidence; a new temporary one by default' },
    },
    words: { least: 0, most: 2 },
    load: () => import('./check'),
  },
  {
    name: 'history',
    summary: 'what the ledger knows: deployments, refusals, take-backs, rollbacks; by whom, when, why',
    usage: '[--json] [--all | --verify | --accept-lost-records [--yes]] [environment]',
    details: [
      'A ledger that ends before the record that its environment’s state knows is refused. With --accept-lost-records it goes on',
      'without what is lost: candidates are tested and approved anew, what runs runs on.',
    ],
    options: {
      json: { type: 'boolean', help: 'one JSON array on standard output, newest first' },
      all: { type: 'boolean', help: 'all of it, not only the newest 20 events' },
      verify: { type: 'boolean', help: 'what in ledgers is sound, and what is not; exit code 1 for what is not' },
      'accept-lost-records': { type: 'boolean', help: 'go on without records that are lost for good; it asks first' },
      yes,
    },
    words: { least: 0, most: 1 },
    load: () => import('./history'),
  },
  {
    name: 'evidence',
    summary: 'show what checks saw: the page of a gate, a watch, a take-back or a release that is not well',
    usage: '<environment> [NAME | NUMBER] [--release DIGEST] [--gate] [--path]',
    details: [
      'That of what keeps the newest candidate out, else the newest. It is copied to this machine, from another one too; its path',
      `is printed, and it is opened where there is a desktop. NAME: as ${sluice('history')} shows it; NUMBER: 2 is the one before the newest.`,
    ],
    options: {
      release: {
        type: 'string',
        help: 'only what is about the release with this digest or commit, or beginning of one',
      },
      gate: { type: 'boolean', help: "only what a gate's checks have left, and no watch's" },
      path: { type: 'boolean', help: 'print the path, open nothing' },
    },
    words: { least: 1, most: 2 },
    load: () => import('./evidence'),
  },
  {
    name: 'rollback',
    summary: 'put an environment back to a release that it has run, until there is a newer one',
    usage: '<environment> [--to DIGEST] [--yes]',
    details: [
      asks,
      'Without --to, to the one before. It needs a pass of that release under the gate as it is now. The next push is deployed',
      `as usual; ${sluice('promote')} <environment> --again ends it before.`,
    ],
    options: { to: { type: 'string', help: `digest, or its beginning, as ${sluice('history')} shows it` }, yes },
    words: { least: 1, most: 1 },
    load: () => import('./rollback'),
  },
  {
    name: 'promote',
    summary: 'have an environment take what it is offered, if its gate lets that through',
    usage: '<environment> [--again] [--yes]',
    details: [asks],
    options: {
      again: { type: 'boolean', help: 'also what stands refused, was taken back, or was rolled back from' },
      yes,
    },
    words: { least: 1, most: 1 },
    load: () => import('./promote'),
  },
  {
    name: 'approve',
    summary: 'let what an environment is offered in, or keep it out, where its gate asks people',
    usage:
      '<environment> [--candidate DIGEST] [--reason TEXT] [--refuse] [--reviewed] [--only-record] [--platform NAME] [--yes]',
    details: [
      'Shows what is offered and what its checks say, and asks. With --yes, CI=true or no terminal it does not ask, and needs',
      '--candidate: nobody approves what he has not seen. It counts for exactly these images, and the environment is updated.',
      'Exit code 1: recorded, but the environment does not run it; 2: not what is offered, or not yours to say.',
    ],
    options: {
      candidate: {
        type: 'string',
        help: `key or digest, or 12 characters and more of its beginning, as ${sluice('status')} shows it`,
      },
      'built-from': { type: 'string', help: 'in place of it, the commit that it was built from' },
      reason: { type: 'string', help: 'why; a refusal needs it' },
      refuse: { type: 'boolean', help: 'keep it out until somebody approves it, or something else is offered' },
      reviewed: {
        type: 'boolean',
        help: 'in a job: in the name of who has reviewed the deployment at the CI server; nothing where nobody has',
      },
      'only-record': { type: 'boolean', help: 'do not update the environment' },
      platform,
      yes,
    },
    words: { least: 1, most: 1 },
    load: () => import('./approve'),
  },
  {
    name: 'compose',
    summary: 'pin: write the digests of the images into a compose file',
    usage: 'pin [file]',
    details: [
      'Pulls each image that the file names without a digest, and writes the digest behind its name; nothing else in the file',
      'changes. Without a file: compose.yaml or docker-compose.yml of this project. docs/compose.md',
    ],
    options: {},
    words: { least: 1, most: 2 },
    load: () => import('./compose'),
  },
  {
    name: 'pipeline',
    summary: 'print the file by which a CI server elsewhere (GitLab, GitHub) runs a repository',
    usage: '<repository>',
    details: [
      `Nothing else is on standard output: ${sluice('pipeline')} discounts > ../discounts/.gitlab-ci.yml`,
      'GitHub has it at .github/workflows/sluice.yml.',
    ],
    options: {},
    words: { least: 1, most: 1 },
    load: () => import('./pipeline'),
  },
  {
    name: 'audit',
    summary: 'hold all containers and images of ours against the CIS Docker Benchmark, sections 4 and 5',
    usage: '[--json]',
    details: [
      'What deviates with a reason stands in audit/deviations.yaml. Exit code 0: nothing else does, 1: something does, or a',
      'written deviation no longer occurs.',
    ],
    options: { json: { type: 'boolean', help: 'one JSON array on standard output, a report for each platform' } },
    load: () => import('./audit'),
  },
  {
    name: 'doctor',
    summary: 'what this machine has, what is needed, where it would come from and what that costs',
    usage: '[--json]',
    options: { json: { type: 'boolean', help: 'one JSON array on standard output' } },
    load: () => import('./doctor'),
  },
  {
    name: 'destroy',
    summary: 'save repositories and ledger, then take everything away that up made',
    usage: '[--yes] [--toolchain] [--without-backup] [stack…]',
    details: [
      asks,
      'With stacks named, only those and what belongs to them. Volumes in which services keep their data stay, and are named.',
    ],
    options: {
      yes,
      toolchain: { type: 'boolean', help: 'also drop what the toolchain installed or built' },
      'without-backup': { type: 'boolean', help: 'save nothing first' },
    },
    words: { least: 0, most: Infinity },
    load: () => import('./destroy'),
  },
  {
    name: 'pulumi',
    summary: `plain Pulumi with the right state, plugins and passphrase: ${sluice('pulumi')} up -s staging`,
    usage: '<arguments of pulumi>',
    options: {},
    verbatim: true,
    load: () => import('./plain'),
  },
  {
    name: 'env',
    summary: `shell lines after which plain pulumi works: eval "$(${sluice('env')})"`,
    usage: '',
    options: {},
    load: () => import('./env'),
  },
  {
    name: 'test',
    summary: "this project's own tests: unit tests, then the real pipeline end to end",
    usage: '[--unit | --examples | --faults | --store | --updates | --long]',
    options: {
      unit: { type: 'boolean', help: 'only those that need neither engine nor network' },
      examples: { type: 'boolean', help: 'only the examples of configuration, each brought up and pushed to' },
      faults: { type: 'boolean', help: 'only what may be killed, at every point of an update; about an hour' },
      store: { type: 'boolean', help: 'only many writers of a store, and two machines that share one' },
      updates: { type: 'boolean', help: 'only an update from the version before, under load' },
      long: { type: 'boolean', help: 'only what is long by nature: examples, faults and update; about two hours' },
    },
    load: () => import('./test'),
  },
  {
    name: 'bench',
    summary: 'measure Sluice against what one would do without it, side by side; one table of ratios',
    usage: '[--json] [--deployments N] [--rate N] [row…]',
    details: [
      'On a Sluice of its own, which it takes away in the end. Rows: edge, noop, growth, from-nothing, delivery, deployments; all of them',
      'take about half an hour. What each one measures: docs/bench.md. Exit code 1: a row could not be measured.',
    ],
    options: {
      json: { type: 'boolean', help: 'one JSON object on standard output' },
      deployments: { type: 'string', help: 'how many deployments under load; 30 by default' },
      rate: { type: 'string', help: 'requests per second under them; 500 by default' },
    },
    words: { least: 0, most: Infinity },
    load: () => import('./bench'),
  },
  {
    name: 'deploy',
    summary: "the pipeline's update of one environment: waits its turn, then updates",
    usage: '<environment> [--release DIGEST] [--platform NAME]',
    options: {
      platform,
      release: { type: 'string', help: 'refuse to take anything else than this, where it promotes from another' },
    },
    words: { least: 1, most: 1 },
    internal: true,
    load: () => import('./deploy'),
  },
  {
    name: 'step',
    summary: 'a step of the pipeline',
    usage: '<step>',
    options: {},
    verbatim: true,
    internal: true,
    load: () => import('./step'),
  },
];
