import * as docker from '@pulumi/docker';
import type { CustomResourceOptions, Input } from '@pulumi/pulumi';
import { labelList, type Labelled } from '../clients/docker/labels';
import { hardened, type Limits } from './hardened';
import { healthCheck, replacedByName } from './health';

/** Where HAProxy's official image reads its configuration. */
export const haproxyFile = '/usr/local/etc/haproxy/haproxy.cfg';

/** Arguments of {@link proxyContainer}; what is not named here is the container's own. */
export interface ProxyArgs extends Pick<
  docker.ContainerArgs,
  'command' | 'dnsOpts' | 'networksAdvanced' | 'ports' | 'user' | 'volumes'
> {
  /** The container's name, which is its host name in its networks. */
  container: string;
  labels: Labelled;
  /** HAProxy: the official layout, with a shell and busybox' nc. */
  image: Input<string>;
  /** HAProxy's configuration; secret where it holds a login. @default none: it comes otherwise */
  config?: Input<string>;
  /** Further files: path in the container and content. @default none */
  files?: { file: string; content: string }[];
  /** Shell commands that succeed while it serves; {@link answers} makes one of a request. */
  check: string;
  /** @default 'platform' */
  priority?: Limits['priority'];
  /** Seconds that it may take to finish what it is serving, before it is killed. @default 5 */
  drainSeconds?: number;
  /** MiB. @default 128 */
  memory?: number;
  /** Whether it is there only once it is healthy. @default true */
  wait?: boolean;
}

/** A container with HAProxy in it: one of the platform's fronts, or the edge of a service. */
export function proxyContainer(name: string, args: ProxyArgs, opts: CustomResourceOptions): docker.Container {
  const {
    container,
    labels,
    image,
    config,
    files = [],
    check,
    priority,
    drainSeconds = 5,
    memory = 128,
    wait = true,
    ...own
  } = args;
  return new docker.Container(
    name,
    {
      ...own,
      name: container,
      image,
      ...(config === undefined ? {} : { uploads: [{ file: haproxyFile, content: config }, ...files] }),
      labels: labelList(labels),
      ...hardened({ memory, writableRoot: config !== undefined, priority }),
      healthcheck: healthCheck(check),
      ...(wait ? { wait, waitTimeout: 60 } : { wait }),
      // HAProxy finishes what it is serving.
      stopSignal: 'SIGUSR1',
      destroyGraceSeconds: drainSeconds,
      mustRun: true,
    },
    // The name and the ports are taken until the old one is gone.
    { ...opts, ...replacedByName },
  );
}

/** A check that a request to one of the proxy's own ports is answered with 200. @param path with a slash at its beginning */
export function answers(port: number, path: string): string {
  return `printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' | nc -w 4 127.0.0.1 ${port} | grep -q '^HTTP/1.[01] 200'`;
}
