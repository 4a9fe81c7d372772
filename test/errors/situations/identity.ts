import { left, type Situation } from './situation';

const [gitLab, gitHub, project] = [
  'pipelines/gitlab-identity.test.ts',
  'pipelines/github-review.test.ts',
  'pipelines/kinds.test.ts',
];
const [everything, config] = [left.everything, 'errors/config-elsewhere.test.ts'];

/** Of who has asked for a job of a CI server that is elsewhere. */
export const identity = {
  projectMissing: {
    situation: 'people are asked, and nothing says which project at GitLab or GitHub may speak for them',
    message:
      'Pulumi.….yaml: sluice:approval asks people, but Pulumi.….yaml does not say which project at … … is, so that no job there could prove who has started it',
    next: 'write "project: group/…" below sluice:repositories.…, and sluice:ciUrl if it is a … of your own, in Pulumi.….yaml (docs/….md)',
    exit: 2,
    left: everything,
    test: config,
  },
  openApproval: {
    situation: 'whose approval counts is left to a variable that whoever starts a job may set',
    message:
      'Pulumi.….yaml: sluice:… is $…, but it says whose approval counts, and whoever starts a job may set its variables',
    next: 'write the value itself in Pulumi.….yaml',
    exit: 2,
    left: everything,
    test: config,
  },
  otherProject: {
    situation: 'a job of a project that the platform does not name asks for an approval',
    message: '… is not delivered from "…", so nobody\'s word there counts for it',
    next: 'if it is: write "project: …" below sluice:repositories.… in the platform\'s stack file, then npm run up, and ./sluice pipeline',
    exit: 2,
    left: everything,
    test: project,
  },
  noIdToken: {
    situation: 'a job of GitLab that approves, without an ID token',
    message: 'nothing proves who has started this job: it has no ID token (SLUICE_ID_TOKEN)',
    next: './sluice pipeline prints the .gitlab-ci.yml that asks GitLab (16.0 or later) for one; commit it (docs/gitlab.md)',
    exit: 2,
    left: everything,
    test: gitLab,
  },
  idTokenProvesNothing: {
    situation: 'an ID token that GitLab has not signed, or not for this job',
    message: 'the ID token of this job does not prove who has started it: …',
    next: '…',
    exit: 2,
    left: everything,
    test: gitLab,
  },
  noIssuerKeys: {
    situation: "GitLab's keys for ID tokens can't be had",
    message: 'GitLab does not tell by which keys it signs ID tokens: …',
    next: 'correct sluice:ciUrl (…) if that is not its address; where a private authority has signed its certificate, give NODE_EXTRA_CA_CERTS to this job (docs/gitlab.md)',
    exit: 2,
    left: everything,
    test: gitLab,
  },
  runNotTold: {
    situation: 'GitHub does not say what run a job belongs to',
    message: 'GitHub does not tell of the run … of …: …',
    next: 'make the workflow anew, whose job has "actions: read" (./sluice pipeline); then start the job once more',
    exit: 2,
    left: everything,
    test: gitHub,
  },
  otherRun: {
    situation: 'a run at GitHub that delivers nothing: of another repository, another branch, or over',
    message: "nobody's word is taken from the run … at GitHub: …",
    next: 'start a run of … on … (docs/github.md)',
    exit: 2,
    left: everything,
    test: gitHub,
  },
} as const satisfies Record<string, Situation>;
