import { BlockList, isIP } from 'node:net';

/** Of this machine, of a private network or of a link (RFC 1122, 1918, 3927, 4193, 4291, 6598). */
const inner = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  inner.addSubnet(network, bits, 'ipv4');
}
inner.addAddress('::', 'ipv6');
inner.addAddress('::1', 'ipv6');
inner.addSubnet('fc00::', 7, 'ipv6');
inner.addSubnet('fe80::', 10, 'ipv6');

/** Names that no public name server knows (RFC 2606, 6761, 6762, 8375, ICANN's "internal"). */
const innerName = /(^|\.)(localhost|local|internal|lan|test|home\.arpa)$/;

/**
 * Whether a web address can be one of the public internet, by its looks: nobody is asked. `http://frontend` and
 * `http://localhost:8180` can't.
 */
export function isPublicAddress(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const version = isIP(host);
  if (version !== 0) return !inner.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return host.includes('.') && !innerName.test(host);
}
