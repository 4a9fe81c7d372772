import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import { environmentConfig } from '../stacks/environment-config';

const digest = `sha256:${'a'.repeat(64)}`;
const parse = (services: object) => environmentConfig('staging', { services });
const web = { image: `web@${digest}`, port: 8080 };
const alone = { image: `db@${digest}`, strategy: 'recreate' };

describe('names of an environment’s edges', () => {
  const refused = (services: object, message: string): void =>
    assert.throws(
      () => parse(services),
      (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.message, `Pulumi.staging.yaml: sluice:services.${message}`);
        assert.match(error.next ?? '', /^give the (service|volume) another name in Pulumi\.staging\.yaml$/);
        return true;
      },
    );

  it('are no service’s', () => {
    refused({ edge: web }, "edge has the name of the environment's own reverse proxy");
    refused({ web, 'edge-web': alone }, 'edge-web has the name of the edge in front of web');
    assert.doesNotThrow(() => parse({ db: alone, 'edge-db': alone }));
  });

  it('are no volume’s', () => {
    const data = { ...alone, volumes: { '/data': 'edge-web' } };
    refused({ web, data }, 'data.volumes: edge-web is the name of the volume of the edge in front of web');
    assert.doesNotThrow(() => parse({ data }));
  });
});
