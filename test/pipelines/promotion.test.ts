import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { promotionPipelines } from '../../pipelines/drone';
import { cannotBePromoted } from '../../pipelines/promotion';
import { sample, valueIn } from './sample';

interface Pipeline {
  name: string;
  trigger: unknown;
  concurrency?: object;
  depends_on?: string[];
  steps: { name: string; command: string[]; when?: { target: string[] } }[];
}

function read(text: string): Pipeline[] {
  return parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS() as Pipeline);
}

describe('promotionPipelines', () => {
  const environments = ['dev', 'pilot', 'live'];

  it('approve for the one that was named, then deploy it and those after it', () => {
    const [turn, deliver] = read(promotionPipelines(sample({ environments, approvals: ['pilot', 'live'] })));
    // As the pipelines of a push are: so it queues behind all earlier ones.
    assert.deepEqual([turn?.name, turn?.concurrency, deliver?.depends_on], ['build', { limit: 1 }, ['build']]);
    assert.deepEqual(turn?.trigger, deliver?.trigger);
    assert.deepEqual(deliver?.trigger, { event: ['promote'], target: ['pilot', 'live'] });
    assert.equal(deliver.name, 'deliver');
    assert.deepEqual(deliver.concurrency, { limit: 1 });
    assert.deepEqual(
      deliver.steps.map(({ name, when }) => [name, when?.target]),
      [
        ['approve for pilot', ['pilot']],
        ['approve for live', ['live']],
        ['deploy pilot', ['pilot']],
        ['deploy live', ['pilot', 'live']],
      ],
    );
  });

  it('refuse every other target, and all where nobody is asked', () => {
    const [, , refused] = read(promotionPipelines(sample({ approvals: ['production'] })));
    assert.deepEqual(refused?.trigger, { event: ['promote'], target: { exclude: ['production'] } });
    assert.match(String(refused.steps[0] && valueIn(refused.steps[0], 'REASON')), /^Promote to one of: production\./);
    const [only, none] = read(promotionPipelines(sample()));
    assert.deepEqual(only?.trigger, { event: ['promote'] });
    assert.match(String(only.steps[0] && valueIn(only.steps[0], 'REASON')), /^No environment of this repository asks/);
    assert.equal(none, undefined);
  });
});

describe('what can be promoted', () => {
  const build = { after: '4f5e'.repeat(10), ref: 'refs/heads/main', target: 'main' };
  const why = (changes: object): string => cannotBePromoted({ ...build, ...changes }, { defaultBranch: 'main' }) ?? '';

  it('is a push to the default branch, by its commit', () => {
    assert.equal(why({}), '');
    assert.equal(why({ after: '4f5e'.repeat(16) }), '');
    for (const other of [
      { target: 'topic' },
      { ref: 'refs/pull/1/head' },
      { ref: 'refs/tags/main' },
      { ref: undefined },
    ]) {
      assert.match(why(other), /^Only builds of pushes to main can be promoted/);
    }
    for (const after of ['', 'main', '4f5e', `${build.after} x`])
      assert.equal(why({ after }), 'This build names no commit.');
  });
});
