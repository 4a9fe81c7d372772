/** Docker Hub as image names begin with it. Its API is another host, and engines leave it out of names. */
const hub = 'docker.io';
const hubNames: readonly string[] = [
  hub,
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'hub.docker.com',
];

/** A registry's host as image names begin with it: Docker Hub has many names, and one of them is used. */
export function imageHost(host: string): string {
  return hubNames.includes(host.toLowerCase()) ? hub : host;
}

/** What image names begin with: `harbor.example.com/shop`; the host alone where a registry has no namespaces. */
export function registryAddress(host: string, namespace: string): string {
  return namespace === '' ? host : `${host}/${namespace}`;
}

/** The host of what image names begin with. */
export function hostOf(address: string): string {
  return address.split('/')[0] ?? '';
}

/** A registry's own name for a repository: `shop/discounts` for `discounts` at `harbor.example.com/shop`. */
export function repositoryAt(address: string, name: string): string {
  return [...address.split('/').slice(1), name].join('/');
}

/** Whether a host is this machine, to which engines speak plain HTTP, and to nobody else. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.[0-9.]+|\[::1\])(:|$)/.test(host);
}

/** Where the API of a registry is that image names begin with. */
export function apiUrl(host: string): string {
  if (imageHost(host) === hub) return 'https://registry-1.docker.io';
  return `${isLoopback(host) ? 'http' : 'https'}://${host}`;
}

/** The key under which docker's own configuration keeps a registry's login. */
export function loginKey(address: string): string {
  const host = imageHost(hostOf(address));
  return host === hub ? 'https://index.docker.io/v1/' : host;
}

/** What image names begin with where docker shortens them: `ann` for `docker.io/ann`. */
export function familiarAddress(address: string): string {
  return hostOf(address) === hub ? address.slice(hub.length + 1) : address;
}
