/** The labels by which our own Docker objects are known. */
export const labels = {
  /** The prefix of one Sluice: a platform and its environments. */
  instance: 'sluice.instance',
  /** The Pulumi stack that made it. */
  stack: 'sluice.stack',
  /** What it is for; of a container one of {@link containerRoles}. */
  role: 'sluice.role',
  /** Of a release, and of an edge: the service that it belongs to. */
  service: 'sluice.service',
  /** Of a release: the image's digest in the registry. */
  digest: 'sluice.digest',
  /** Of an environment's network and edges on another machine: what tells them from those that it has had on a third. */
  machine: 'sluice.machine',
} as const;

/** What our containers are for: those that stay, and those of one moment. */
export const containerRoles = [
  'registry',
  'registry-store',
  'git',
  'drone',
  'drone-front',
  'runner',
  'gateway',
  'pipelines',
  'ledger',
  'edge',
  'release',
  'check',
  'listeners',
  'own-volume',
  'backup',
] as const;
export type ContainerRole = (typeof containerRoles)[number];

/** What every object is labelled with. */
export interface Labelled {
  instance: string;
  stack: string;
  role: ContainerRole | 'network';
  /** See {@link labels.machine}; it ends the names of the resources, too. @default none */
  machine?: string | undefined;
  /** See {@link labels.service}. @default none */
  service?: string | undefined;
}

/** Labels as the docker provider takes them, in stable order. */
export function labelList(of: Labelled, more: Record<string, string> = {}): { label: string; value: string }[] {
  return Object.entries({
    [labels.instance]: of.instance,
    [labels.stack]: of.stack,
    [labels.role]: of.role,
    [labels.machine]: of.machine,
    [labels.service]: of.service,
    ...more,
  }).flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

/** What makes the docker client list only objects with all of these labels. @param wanted `key=value` each */
export function withLabels(wanted: readonly string[]): string[] {
  return wanted.flatMap((label) => ['--filter', `label=${label}`]);
}
