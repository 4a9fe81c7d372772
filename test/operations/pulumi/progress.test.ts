import type { EngineEvent, StepEventMetadata } from '@pulumi/pulumi/automation';
import * as assert from 'node:assert/strict';
import { Progress, resourceName } from '../../../operations/pulumi/progress';

function step(op: string, type = 'docker:index/container:Container', name = 'edge'): StepEventMetadata {
  return { op, type, urn: `urn:pulumi:staging::sluice::a$${type}::${name}`, provider: '' } as StepEventMetadata;
}

function event(part: Partial<EngineEvent>): EngineEvent {
  return { sequence: 0, timestamp: 0, ...part };
}

describe('progress of an update', () => {
  const lines: string[] = [];
  let clock = 100;
  let progress: Progress;
  beforeEach(() => {
    lines.length = 0;
    clock = 100;
    progress = new Progress(
      (line) => lines.push(line),
      () => clock,
    );
  });

  it('says once what was done and how long it took', () => {
    progress.take(event({ resourcePreEvent: { metadata: step('create') } }));
    clock += 3.25;
    progress.take(event({ resOutputsEvent: { metadata: step('create') } }));
    assert.deepEqual(lines, ['  container edge created 3.3 s']);
    assert.deepEqual(progress.changes, { create: 1 });
  });

  it('says nothing of what stays the same and of components', () => {
    progress.take(event({ resourcePreEvent: { metadata: step('same') } }));
    progress.take(event({ resOutputsEvent: { metadata: step('same') } }));
    progress.take(event({ resOutputsEvent: { metadata: step('create', 'sluice:index:Edge') } }));
    assert.deepEqual(lines, []);
  });

  it('speaks of what lasts, every 15 seconds', () => {
    progress.take(event({ resourcePreEvent: { metadata: step('create') } }));
    for (let second = 0; second < 40; second++) {
      clock += 1;
      progress.tick();
    }
    assert.deepEqual(lines, ['  … container edge creating, 15 s so far', '  … container edge creating, 30 s so far']);
  });

  it('passes no debug message on: those hold secrets', () => {
    const severity = 'debug' as 'info';
    progress.take(event({ diagnosticEvent: { message: 'password=woof', color: '', severity } }));
    assert.deepEqual(lines, []);
  });

  it('keeps errors, each once, and passes what a program says', () => {
    for (const severity of ['info#err', 'error', 'error'] as const) {
      progress.take(event({ diagnosticEvent: { message: '<{%reset%}>gate shut\n', color: '', severity } }));
    }
    assert.deepEqual(lines, ['    gate shut']);
    assert.deepEqual(progress.errors, ['gate shut']);
  });

  it('shows no codes, which errors keep for whoever reads them', () => {
    const message = 'the engine is away\nsluice-code: engine-refused\n';
    for (const severity of ['info#err', 'error'] as const)
      progress.take(event({ diagnosticEvent: { message, color: '', severity } }));
    assert.deepEqual(lines, ['    the engine is away']);
    assert.deepEqual(progress.errors, [message.trimEnd()]);
  });
});

describe('names in progress', () => {
  it('shows the kind and the logical name', () => {
    assert.equal(resourceName(step('create', 'docker:index/remoteImage:RemoteImage', 'x-1')), 'remote image x-1');
  });
});
