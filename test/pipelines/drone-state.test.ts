import assert from 'node:assert/strict';
import type { PipelineDescription } from '../../pipelines/description';
import { dronePipelines, promotionPipelines, readableDronePipelines } from '../../pipelines/drone';
import { droneHoldings, hasBothSides } from '../../pipelines/holdings';
import { storePlace } from '../../store/where';
import { readPipelines, type Pipeline } from './read-pipelines';
import { sample, valueIn } from './sample';

/** A pipeline of a platform whose state is not in Sluice's home. */
function elsewhere(changes: Partial<PipelineDescription>): PipelineDescription {
  const { home, ...description } = sample(changes);
  assert.ok(home !== undefined);
  return description;
}

const delivering = /^(deploy|approve) /;

/** The steps that deliver, seen to be four, and the only ones that have what `entered` finds. */
function deliveringSteps(
  pipelines: Pipeline[],
  entered: (step: Pipeline['steps'][number]) => boolean,
): Pipeline['steps'] {
  const steps = pipelines.flatMap((pipeline) => pipeline.steps);
  for (const each of steps) assert.equal(entered(each), delivering.test(each.name), each.name);
  const found = steps.filter(({ name }) => delivering.test(name));
  assert.equal(found.length, 4);
  return found;
}

describe('steps of Drone with a state that is not in Sluice’s home', () => {
  it('have its folder, store and all, and an empty home that goes with the build', () => {
    const description = elsewhere({ state: '/mnt/state', approvals: ['production'] });
    const texts = [dronePipelines(description), promotionPipelines(description)];
    const pipelines = texts.flatMap(readPipelines);
    const steps = deliveringSteps(pipelines, (step) => valueIn(step, 'PULUMI_BACKEND_URL') === 'file:///sluice/state');
    for (const { volumes, command } of steps) {
      assert.deepEqual(volumes, [
        { name: 'engine', path: '/var/run/docker.sock' },
        { name: 'empty-home', path: '/sluice/home' },
        { name: 'state', path: '/sluice/state' },
      ]);
      // Who owns what is written to the state.
      assert.equal(command[command.indexOf('/sluice/program/pipelines/as-owner') + 1], '/sluice/state');
    }
    const volumes = pipelines.flatMap((pipeline) => (pipeline.volumes === undefined ? [] : [pipeline.volumes]));
    assert.equal(volumes.length, 2);
    for (const each of volumes) {
      assert.deepEqual(each, [
        { name: 'engine', host: { path: '/run/engine.sock' } },
        { name: 'empty-home', temp: {} },
        { name: 'state', host: { path: '/mnt/state' } },
      ]);
    }
    assert.deepEqual(storePlace({ home: '/sluice/home', backend: 'file:///sluice/state' }), {
      kind: 'file',
      folder: '/sluice/state/sluice',
    });
    assert.deepEqual(texts.flatMap(droneHoldings).filter(({ state }) => state).length, steps.length);
    assert.doesNotMatch(readableDronePipelines(description), /mnt/);
  });

  it('enter a bucket with variables and secrets, and have nothing of any home', () => {
    const description = elsewhere({
      approvals: ['production'],
      stateVariables: { PULUMI_BACKEND_URL: 's3://state/team', AWS_REGION: 'eu-central-1' },
      stateSecrets: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    });
    const texts = [dronePipelines(description), promotionPipelines(description)];
    const pipelines = texts.flatMap(readPipelines);
    for (const each of deliveringSteps(pipelines, (step) => /AWS_|PULUMI_BACKEND_URL/.test(JSON.stringify(step)))) {
      assert.equal(valueIn(each, 'PULUMI_BACKEND_URL'), 's3://state/team');
      assert.equal(valueIn(each, 'AWS_REGION'), 'eu-central-1');
      const secrets = Object.entries(each.environment).filter(([name]) => name.startsWith('AWS_'));
      assert.deepEqual(secrets, [
        ['AWS_ACCESS_KEY_ID', { from_secret: 'state_aws_access_key_id' }],
        ['AWS_SECRET_ACCESS_KEY', { from_secret: 'state_aws_secret_access_key' }],
      ]);
      // Their names let them through; their values are no words of a command.
      for (const [name] of secrets) assert.ok(each.command.slice(0, each.command.indexOf('--')).includes(name));
    }
    const hosts = pipelines.flatMap(({ volumes = [] }) => volumes.flatMap(({ host }) => host?.path ?? []));
    assert.deepEqual([...new Set(hosts)], ['/run/engine.sock']);
    assert.ok(!texts.flatMap(droneHoldings).some((held) => hasBothSides(held)));
    assert.doesNotMatch(readableDronePipelines(description), /s3:|aws/i);
  });
});
