import { imageHost } from '../clients/registry/address';

/**
 * The name under which a mirror of Docker Hub has an image: `drone/drone:2` is `<mirror>/drone/drone:2`, and what Docker Hub calls by
 * one word is in `library/`, as Harbor's and ECR's caches want it and the others take it. Tag and digest stay. An image that names
 * another registry is no matter of the mirror.
 * @param mirror `sluice:imageMirror`: `mirror.example.com/dockerhub`; empty: there is none
 */
export function throughMirror(reference: string, mirror: string): string {
  if (mirror === '') return reference;
  const [first = '', ...rest] = reference.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (hasHost && imageHost(first) !== 'docker.io') return reference;
  const path = hasHost ? rest : [first, ...rest];
  return [mirror, ...(path.length === 1 ? ['library'] : []), ...path].join('/');
}
