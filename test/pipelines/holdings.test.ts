import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { dronePipelines, promotionPipelines } from '../../pipelines/drone';
import { droneHoldings, hasBothSides, holdingsTable } from '../../pipelines/holdings';
import { sample } from './sample';

/** Every step that Drone runs, of a repository with everything: several environments, approvals, artifacts. */
function allOfDrone() {
  const description = sample({
    approvals: ['production'],
    artifacts: { app: { stage: 'package', path: '/out/app.zip', mediaType: 'application/zip' } },
  });
  return [
    ...droneHoldings(dronePipelines(description)),
    ...droneHoldings(promotionPipelines(description)).map((each) => ({ ...each, step: `promotion, ${each.step}` })),
  ];
}

describe('what steps hold', () => {
  it('is what was pushed, or what must be kept from it: never both', () => {
    for (const each of allOfDrone()) assert.ok(!hasBothSides(each), each.step);
  });

  it('is seen in a pipeline that has both', () => {
    const yaml = (clone: string, environment: string, volumes: string, word = ''): string =>
      `name: x\n${clone}steps:\n  - {name: y, command: ["${word}"], environment: {${environment}}, volumes: [${volumes}]}\n`;
    const both = (...o: Parameters<typeof yaml>): boolean => droneHoldings(yaml(...o)).some(hasBothSides);
    const off = 'clone: {disable: true}\n';
    assert.ok(both('', 'A: {from_secret: s}', ''));
    assert.ok(both('', '', '{name: engine}'));
    assert.ok(both('', '', '{name: home}'));
    assert.ok(both(off, '', '{name: home}', 'SLUICE_CLONE_URL=u'));
    assert.ok(!both('', 'A: b', ''));
    assert.ok(!both(off, 'A: {from_secret: s}', '{name: engine}'));
  });

  it('is listed in docs/security.md', () => {
    const page = fs.readFileSync(path.join(projectRoot, 'docs/security.md'), 'utf8');
    const table = holdingsTable(allOfDrone()).join('\n');
    assert.ok(page.includes(table), `docs/security.md should hold:\n${table}`);
  });
});
