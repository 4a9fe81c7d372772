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

describe('what is named as untested', () => {
  it('in front of which nothing is tested', () => {
    assert.throws(
      wrong(({ staging }) => (staging['untested'] = ['frontend'])),
      tells('untestedAlone'),
    );
  });

  it('that is no service', () => {
    const run = wrong(({ production }) => (production['untested'] = ['fronted']));
    assert.throws(run, tells('untestedUnknown'));
    assert.throws(run, (error: UserError) => error.message.includes('did you mean "frontend"'));
    assert.throws(
      wrong(({ production }) => (production['untested'] = ['database'])),
      (error: UserError) => error.message.endsWith('there is frontend, discounts'),
    );
  });

  it('that a pipeline builds', () => {
    assert.throws(
      wrong(({ production }) => (production['untested'] = ['discounts'])),
      tells('untestedManaged'),
    );
  });

  it('may be what the platform builds', () => {
    wrong(({ production }) => (production['untested'] = ['frontend']))();
  });
});
