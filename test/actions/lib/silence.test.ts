import assert from 'node:assert/strict';
import { describeSilence, type Silence } from '../../../actions/lib/silence';

const silence: Silence = {
  service: 'web',
  environment: 'staging',
  port: 8080,
  path: '/',
  seconds: 60,
  listeners: [],
  exposed: [],
};
const on = (port: number, loopback = false) => ({ port, loopback });
const say = 'have its program listen on 0.0.0.0:8080';

describe('what is said of a release that does not answer', () => {
  const cases: [string, Partial<Silence>, string, string][] = [
    [
      'it listens nowhere',
      {},
      'healthy, but listens on no port, and containerPort says 8080',
      `${say}; a service that nobody asks has no port in sluice:services`,
    ],
    [
      'it listens on another port',
      { listeners: [on(3000)] },
      'healthy, but listens on 3000, and containerPort says 8080',
      `set containerPort of web to 3000 (Pulumi.staging.yaml), or ${say}`,
    ],
    [
      'it listens on another port, of itself only',
      { listeners: [on(3000, true)] },
      'healthy, but listens on 3000 (and only on 127.0.0.1), and containerPort says 8080',
      `${say}; a service that nobody asks has no port in sluice:services`,
    ],
    [
      'it listens on several, and its image names one',
      { listeners: [on(3000), on(9100), on(9229, true)], exposed: [3000] },
      'healthy, but listens on 3000, 9100, 9229 (and only on 127.0.0.1) (its image says EXPOSE 3000), and containerPort says 8080',
      `set containerPort of web to 3000 (Pulumi.staging.yaml), or ${say}`,
    ],
    [
      'it listens on several, and its image names none of them',
      { listeners: [on(3000), on(9100)], exposed: [80] },
      'healthy, but listens on 3000, 9100 (its image says EXPOSE 80), and containerPort says 8080',
      `set containerPort of web to 3000 or 9100 (Pulumi.staging.yaml), or ${say}`,
    ],
    [
      'it listens there, of itself only',
      { listeners: [on(8080, true)] },
      'healthy, but listens on 8080 on 127.0.0.1 only, where nobody outside its container reaches it',
      'have the program of web listen on 0.0.0.0:8080 (many take HOST=0.0.0.0 for that)',
    ],
    [
      'it listens there and is silent',
      { listeners: [on(8080)], path: '/up' },
      'healthy and listens on 8080, but gives no answer to GET /up within 60 s',
      'have it answer GET /up, or name a path that it answers (sluice:watch, probePath)',
    ],
    [
      'it speaks TLS',
      { listeners: [on(8080)], said: '\u0015\u0003\u0001\u0000' },
      'healthy and listens on 8080, but it speaks TLS there, and the edge speaks plain HTTP with it',
      'have it speak plain HTTP on 8080; a service that others reach themselves has no port in sluice:services',
    ],
    [
      'it speaks something else',
      { listeners: [on(8080)], said: 'SSH-2.0-Open' },
      'healthy and listens on 8080, but what it says there is no HTTP, and the edge speaks plain HTTP with it',
      'have it speak plain HTTP on 8080; a service that others reach themselves has no port in sluice:services',
    ],
  ];
  for (const [name, more, problem, next] of cases) {
    it(`when ${name}`, () => assert.deepEqual(describeSilence({ ...silence, ...more }), { problem, next }));
  }
});
