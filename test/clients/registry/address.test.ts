import assert from 'node:assert/strict';
import {
  apiUrl,
  familiarAddress,
  imageHost,
  loginKey,
  registryAddress,
  repositoryAt,
} from '../../../clients/registry/address';
import { repositoryOf } from '../../../releases/names';

describe("a registry's address", () => {
  it('is the host, and a namespace where there is one; the API is the host’s and names repositories with it', () => {
    for (const [host, namespace, address, repository] of [
      ['localhost:5500', '', 'localhost:5500', 'discounts'],
      ['harbor.example.com', 'shop', 'harbor.example.com/shop', 'shop/discounts'],
      [
        'art.example.com:8443',
        'docker-local/team',
        'art.example.com:8443/docker-local/team',
        'docker-local/team/discounts',
      ],
    ] as const) {
      assert.equal(registryAddress(host, namespace), address);
      assert.equal(repositoryAt(address, 'discounts'), repository);
      assert.equal(repositoryOf(`${address}/discounts@sha256:1`), repository);
    }
  });

  it('of Docker Hub is one name, whatever it is called; API, login and engine have names of their own', () => {
    for (const name of ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'hub.docker.com', 'Docker.io'])
      assert.equal(imageHost(name), 'docker.io');
    assert.equal(imageHost('mydocker.io'), 'mydocker.io');
    assert.equal(apiUrl('docker.io'), 'https://registry-1.docker.io');
    assert.equal(loginKey('docker.io/ann'), 'https://index.docker.io/v1/');
    assert.equal(familiarAddress('docker.io/ann'), 'ann');
    assert.equal(repositoryOf('ann/discounts@sha256:1'), 'ann/discounts');
    assert.equal(repositoryOf('docker.io/ann/discounts@sha256:1'), 'ann/discounts');
  });

  it('elsewhere is the host for all of them', () => {
    assert.equal(loginKey('ghcr.io/org'), 'ghcr.io');
    assert.equal(familiarAddress('ghcr.io/org'), 'ghcr.io/org');
    assert.equal(apiUrl('ghcr.io'), 'https://ghcr.io');
  });

  it('on loopback is spoken to without encryption, and nowhere else', () => {
    for (const host of ['localhost', 'localhost:5500', '127.0.0.1:1', '[::1]:1'])
      assert.equal(apiUrl(host), `http://${host}`);
    for (const host of ['localhost.example.com', '10.0.0.1:80', 'registry:5000'])
      assert.equal(apiUrl(host), `https://${host}`);
  });
});
