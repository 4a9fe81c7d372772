import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import { parseProject, sample } from './project';
import { tells } from './told';

/** The sample with something wrong in it. */
function wrong(change: (project: ReturnType<typeof sample>) => unknown): () => unknown {
  const project = sample();
  change(project);
  return () => parseProject(project);
}

describe('a question to people', () => {
  it('of what nobody offers', () => {
    assert.throws(
      wrong(({ staging }) => (staging['approval'] = 'required')),
      tells('approvalAlone'),
    );
  });

  it('to approvers, of whom nothing is asked', () => {
    assert.throws(
      wrong(({ production }) => (production['approvers'] = ['ann'])),
      tells('approversAlone'),
    );
  });

  it('of which nobody is to answer his own, and of which there is none', () => {
    assert.throws(
      wrong(({ production }) => (production['fourEyes'] = true)),
      tells('fourEyesAlone'),
    );
  });

  it('that is no question, or goes to nobody', () => {
    const says = (run: () => unknown, message: string): void =>
      assert.throws(run, (error: UserError) => {
        assert.equal(error.message, `Pulumi.production.yaml: sluice:${message}`);
        return true;
      });
    says(
      wrong(({ production }) => (production['approval'] = 'yes')),
      'approval must be one of none, required, but is "yes"',
    );
    says(
      wrong(({ production }) => (production['approvalExpiresHours'] = 0)),
      'approvalExpiresHours must be at least 1, but is 0',
    );
    says(
      wrong(({ production }) => Object.assign(production, { approval: 'required', approvers: 'ann' })),
      'approvers must be a list, but is "ann"',
    );
    says(
      wrong(({ production }) => Object.assign(production, { approval: 'required', approvers: ['ann smith'] })),
      'approvers.0 must be a login of the CI server, or like "os:ann@laptop" a machine\'s user, but is "ann smith"',
    );
    says(
      wrong(({ production }) => Object.assign(production, { approval: 'required', fourEyes: 'yes' })),
      'fourEyes must be true or false, but is "yes"',
    );
    for (const name of ['dronne:ann', 'os:ann', 'ann@laptop', 'drone:']) {
      says(
        wrong(({ production }) => Object.assign(production, { approval: 'required', approvers: [name] })),
        `approvers.0 must be a login of the CI server, or like "os:ann@laptop" a machine's user, but is "${name}"`,
      );
    }
  });

  it('to somebody whom the platform’s CI server can’t prove', () => {
    assert.throws(
      wrong(({ production }) => Object.assign(production, { approval: 'required', approvers: ['ann', 'gitlab:bob'] })),
      tells('approverOfAnotherServer'),
    );
  });
});
