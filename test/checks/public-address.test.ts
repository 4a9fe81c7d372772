import assert from 'node:assert/strict';
import { isPublicAddress } from '../../checks/public-address';

describe('an address that Datadog can reach', () => {
  for (const url of [
    'https://staging.shop.example.com',
    'http://203.0.113.7:8080/x',
    'https://[2001:db8::1]/',
    'https://172.32.0.1',
  ])
    it(`may be ${url}`, () => assert.ok(isPublicAddress(url)));
  for (const url of [
    'http://localhost:8180',
    'http://frontend',
    'http://LOCALHOST.',
    'http://shop.localhost',
    'https://shop.internal',
    'https://shop.local',
    'http://127.0.0.1',
    'http://127.1',
    'http://10.1.2.3',
    'http://100.64.0.1',
    'http://169.254.1.1',
    'http://172.16.0.1',
    'http://172.31.255.255',
    'http://192.168.1.1',
    'http://0.0.0.0',
    'http://[::1]:80',
    'http://[fe80::1]',
    'http://[fd00::1]',
    'http://[::ffff:127.0.0.1]',
  ])
    it(`is not ${url}`, () => assert.ok(!isPublicAddress(url)));
});
