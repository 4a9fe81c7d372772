import { theRelease } from '../test/end-to-end/engine';
import { prefix } from '../test/end-to-end/isolate';
import type { ComposeService } from './compose-service';
import { fixedProxyConfig, fixedProxyFile } from './fixed-proxy';
import { benchPorts } from './setting';

/** The container of the edge of a service. */
export function edgeName(environment: string, service: string): string {
  return `${prefix}-${environment}-edge-${service}`;
}

/** The container that a service of an environment runs. */
export async function releaseOf(environment: string, service: string): Promise<string> {
  return (await theRelease(environment, service)).Name.replace(/^\//, '');
}

/** Port that the sample's services listen on. */
export const appPort = 8080;

/** What runs a proxy with a configuration by hand in the edge's image. */
export const fixedProxyCommand = ['haproxy', '-db', '-f', fixedProxyFile];

/** The sample shop for docker-compose: its containers behind a proxy that serves them by port and by name. */
export function shopInCompose(containers: Record<'edge' | 'frontend' | 'discounts', ComposeService>): {
  services: Record<string, ComposeService>;
  files: Record<string, string>;
} {
  const { edge, frontend, discounts } = containers;
  const [front, back] = [benchPorts.composeFrontend, benchPorts.compose];
  return {
    services: {
      edge: {
        ...edge,
        ...behindFixedProxy([front, back]),
        networks: { default: { aliases: ['frontend', 'discounts'] } },
      },
      'frontend-app': frontend,
      'discounts-app': discounts,
    },
    files: {
      'haproxy.cfg': fixedProxyConfig([
        { name: 'frontend', port: front, server: `frontend-app:${appPort}` },
        { name: 'discounts', port: back, server: `discounts-app:${appPort}` },
      ]),
    },
  };
}

/** What makes a copy of the edge one with the configuration beside the project's file. */
export function behindFixedProxy(ports: readonly number[]): Partial<ComposeService> {
  return {
    command: fixedProxyCommand,
    ports: ports.map((port) => `127.0.0.1:${port}:${port}`),
    volumes: [`./haproxy.cfg:${fixedProxyFile}:ro`],
  };
}
