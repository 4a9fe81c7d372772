import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import { parseConfig } from '../../config';

/** What Pulumi hands out when a stack's file says nothing: the defaults of Pulumi.yaml. */
export const defaults = {
  role: 'environment',
  platform: 'platform',
  prefix: 'sluice',
  bind: '127.0.0.1',
  cleartext: 'refused',
  registry: 'embedded',
  registryPort: '5500',
  registryHost: '',
  registryNamespace: '',
  registryCa: '',
  registryUsername: '',
  registryPassword: '',
  registryStepsUrl: '',
  gitHost: 'auto',
  gitHostPort: '3000',
  dronePort: '3080',
  droneCapacity: '2',
  engineSocket: '/var/run/docker.sock',
  imageMirror: '',
  images: '{}',
  repositories: '{}',
  builds: '{}',
  promotesFrom: '',
  channel: '',
  services: '{}',
  gate: '[]',
};

/** Values of an environment that are refused, with what to write in its file. @param message all of it, or a part */
export function fails(values: Record<string, string>, message: string | RegExp): void {
  assert.throws(
    () => parseConfig('staging', { ...defaults, ...values }),
    (error: unknown) => {
      assert.ok(error instanceof UserError, String(error));
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      assert.match(error.next ?? '', /Pulumi\.staging\.yaml/);
      return true;
    },
  );
}
