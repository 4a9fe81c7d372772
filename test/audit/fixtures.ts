import type { AuditedContainer, AuditedImage, ContainerFacts, AuditFacts } from '../../audit/facts';

/** A part of what the engine tells, to put over the recorded rest. */
export interface Over {
  name?: string;
  role?: string;
  programs?: string[];
  image?: string;
  host?: Partial<ContainerFacts['HostConfig']>;
  config?: Partial<ContainerFacts['Config']>;
  rest?: Partial<Pick<ContainerFacts, 'AppArmorProfile' | 'ProcessLabel' | 'Mounts' | 'NetworkSettings' | 'State'>>;
}

/** A release's container as an engine 20.10 told of it, without what no rule asks for. */
export function container({ name, role, programs, image, host, config, rest }: Over = {}): AuditedContainer {
  return {
    programs: programs ?? ['node'],
    inspect: {
      Name: `/${name ?? 'sluice-staging-discounts-3f2a91c0d4e5'}`,
      Image: image ?? 'sha256:aa',
      AppArmorProfile: '',
      ProcessLabel: '',
      State: { Status: 'running' },
      Config: {
        Image: `localhost:5500/discounts@sha256:${'ab'.repeat(32)}`,
        User: '1000:1000',
        Labels: { 'sluice.instance': 'sluice', 'sluice.role': role ?? 'release' },
        Healthcheck: { Test: ['CMD', 'bash', 'src/healthcheck.sh'] },
        ...config,
      },
      HostConfig: {
        NetworkMode: 'bridge',
        PortBindings: {},
        PublishAllPorts: false,
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 },
        CapAdd: null,
        CapDrop: ['ALL'],
        Privileged: false,
        ReadonlyRootfs: true,
        SecurityOpt: ['no-new-privileges:true'],
        Memory: 268435456,
        NanoCpus: 0,
        CpuShares: 2048,
        PidsLimit: 512,
        PidMode: '',
        IpcMode: 'private',
        UTSMode: '',
        UsernsMode: '',
        CgroupParent: '',
        Devices: [],
        Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
        ...host,
      },
      Mounts: [],
      NetworkSettings: { Networks: { 'sluice-staging': {} } },
      ...rest,
    },
  };
}

/** An image as the legacy builder leaves it. */
export function image(over: Partial<AuditedImage> = {}): AuditedImage {
  return {
    id: 'sha256:aa',
    names: ['localhost:5500/discounts:staging'],
    user: '1000:1000',
    healthcheck: true,
    history: [
      '/bin/sh -c #(nop)  CMD ["node" "src/main.js"]',
      '/bin/sh -c #(nop) COPY dir:0c7ab37fbe0e0e2c5c04ff5f4d8cb2b0 in ./src ',
      '|1 BASE_IMAGE=sluice/node:22 /bin/sh -c groupadd --gid 1000 node',
      '/bin/sh -c #(nop) ADD file:8b1e79f91081eb527b455d6f7cb5ecb2 in / ',
    ],
    env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'NODE_ENV=production'],
    ...over,
  };
}

/** All that is audited of a small Sluice. */
export function facts(over: Partial<AuditFacts> = {}): AuditFacts {
  return {
    instance: 'sluice',
    machine: null,
    containers: [container()],
    images: [image()],
    dockerfiles: [{ path: 'shop/Dockerfile', text: 'FROM node:22-bookworm-slim\nCOPY src ./src\nUSER 1000\n' }],
    surroundings: { securityOptions: ['name=seccomp,profile=default'], ports: new Set([8080, 8081]) },
    ...over,
  };
}
