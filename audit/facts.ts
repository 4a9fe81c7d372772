/** What `docker inspect` tells of a container, as far as rules ask for it. */
export interface ContainerFacts {
  /** With a slash in front, as the engine has it. */
  Name: string;
  /** The image's id. */
  Image: string;
  AppArmorProfile: string;
  ProcessLabel: string;
  State: { Status: string };
  Config: {
    /** As the container was asked for. */
    Image: string;
    User: string;
    Labels: Record<string, string> | null;
    Healthcheck?: { Test?: string[] | null } | null;
  };
  HostConfig: {
    NetworkMode: string;
    PortBindings: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    PublishAllPorts: boolean;
    RestartPolicy: { Name: string; MaximumRetryCount: number };
    CapAdd: string[] | null;
    CapDrop: string[] | null;
    Privileged: boolean;
    ReadonlyRootfs: boolean;
    SecurityOpt: string[] | null;
    Memory: number;
    NanoCpus: number;
    CpuShares: number;
    PidsLimit: number | null;
    PidMode: string;
    IpcMode: string;
    UTSMode: string;
    UsernsMode: string;
    CgroupParent: string;
    Devices: { PathOnHost: string }[] | null;
    Ulimits: { Name: string; Soft: number; Hard: number }[] | null;
  };
  /** By network; what a container is in now, whatever it was made with. */
  NetworkSettings: { Networks: Record<string, unknown> | null };
  Mounts: { Type: string; Source: string; Destination: string; RW: boolean; Propagation: string }[];
}

/** A container of ours. */
export interface AuditedContainer {
  inspect: ContainerFacts;
  /** The names of the programs that run in it; none when it does not run. */
  programs: readonly string[];
}

/** An image that a container of ours runs, or that was built for us. */
export interface AuditedImage {
  id: string;
  /** Names with tag or digest; none when it has none. */
  names: readonly string[];
  user: string;
  healthcheck: boolean;
  /** The commands that its layers were made by, newest first, as `docker history` has them. */
  history: readonly string[];
  /** The environment that it brings along: `NAME=value`. */
  env: readonly string[];
}

/** A build file of this project. */
export interface AuditedDockerfile {
  /** Relative to the project. */
  path: string;
  text: string;
}

/** The engine and the configuration that containers are held against. */
export interface Surroundings {
  /** The engine's security options: `name=apparmor`, `name=seccomp,profile=default`. */
  securityOptions: readonly string[];
  /** Ports of the machine that the configuration names. */
  ports: ReadonlySet<number>;
}

/** Everything that is audited. */
export interface AuditFacts {
  /** The prefix of this Sluice. */
  instance: string;
  /** The other machine whose engine it is; null: this one's. */
  machine: string | null;
  containers: readonly AuditedContainer[];
  images: readonly AuditedImage[];
  dockerfiles: readonly AuditedDockerfile[];
  surroundings: Surroundings;
}
