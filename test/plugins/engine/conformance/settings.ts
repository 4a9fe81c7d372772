import { secret } from '../../../../toolchain/plugins/serving/values';
import type { SettingsRow } from './row';

/** A provider of docker; the SDK gives what is no text as JSON. */
export const settings: SettingsRow[] = [
  { plugin: 'docker', what: 'none', settings: {}, kept: {}, secret: [] },
  {
    plugin: 'docker',
    what: 'an engine',
    settings: { host: 'unix:///var/run/docker.sock', sshOpts: '["-o","BatchMode=yes"]' },
    kept: { host: 'unix:///var/run/docker.sock', sshOpts: '["-o","BatchMode=yes"]' },
    secret: [],
  },
  {
    plugin: 'docker',
    what: 'a login',
    settings: { registryAuth: secret('[{"address":"localhost:1","username":"anna","password":"a<b>&c"}]') },
    kept: { registryAuth: '[{"address":"localhost:1","password":"a\\u003cb\\u003e\\u0026c","username":"anna"}]' },
    secret: ['registryAuth'],
  },
  {
    plugin: 'docker',
    what: 'a login that the program forgot to call secret',
    settings: { registryAuth: '[{"address":"localhost:1","username":"anna","password":"x"}]' },
    kept: { registryAuth: '[{"address":"localhost:1","password":"x","username":"anna"}]' },
    secret: ['registryAuth'],
  },
  {
    plugin: 'docker',
    what: 'a registry without a login',
    settings: { registryAuth: '[{"address":"localhost:1"}]' },
    kept: { registryAuth: '[{"address":"localhost:1"}]' },
    secret: [],
  },
];
