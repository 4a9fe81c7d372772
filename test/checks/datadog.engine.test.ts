import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { runCheck } from '../../checks/container';
import { foundImages } from '../../stacks/images';
import { fakeDatadog } from './datadog-server';
import { cleanUp, datadogKeys, datadogRequest, temporaryFolder } from './fixtures';

/** In the tools image, which has Datadog's package, against a replay of Datadog's API on this machine. */
describe('datadog check in its container', function () {
  this.timeout(120_000);
  afterEach(cleanUp);

  for (const [verdict, status, summary] of [
    ['pass', 'passed', /^3 steps passed$/],
    ['fail', 'failed', /no element "Buy" \(https:\/\/app\.datadoghq\.com\/synthetics\/details\/abc-def-ghi\//],
  ] as const)
    it(`says ${verdict} when the test has ${status}, and leaves links, reports and a screenshot`, async () => {
      const fake = await fakeDatadog({ 'abc-def-ghi': { inBatch: { status } } });
      const { settings, urls } = datadogRequest({ publicIds: ['abc-def-ghi'], apiUrl: fake.url });
      const localFolder = temporaryFolder();
      const said = await runCheck({
        check: {
          name: 'journey',
          type: 'datadog',
          environment: 'here',
          candidate: {},
          urls,
          settings,
          timeLimitSeconds: 60,
        },
        image: foundImages()['tools'] ?? '',
        // The replay is on this machine, outside any container.
        network: 'host',
        instance: `sluice-test-${process.pid}`,
        evidencePath: 'journey',
        localFolder,
        log: () => undefined,
        secrets: datadogKeys,
      });
      assert.equal(said.verdict, verdict, said.summary);
      assert.match(said.summary, summary);
      const files = ['01-abc-def-ghi.jpg', 'check.log', 'datadog.json', 'junit.xml', 'results.json', 'verdict.json'];
      assert.deepEqual(said.files, files);
      assert.deepEqual(fs.readdirSync(localFolder).sort(), files);
      const kept = files.map((file) => fs.readFileSync(path.join(localFolder, file), 'latin1')).join('\n');
      for (const key of Object.values(datadogKeys)) assert.ok(!kept.includes(key));
    });
});
