import { docker, type ContainerInfo, type OnEngine } from './docker';
import { labels } from './labels';

/** An object of an engine by the name that no other of its kind can have. */
export interface NamedObject {
  kind: 'container' | 'network' | 'volume';
  /** What Pulumi knows it by; of a volume its name. */
  id: string;
  name: string;
  /** Label `sluice.instance`; empty of what is none of any Sluice. */
  instance: string;
}

/** Who has a name. */
export interface NameHolder extends NamedObject {
  labels: Readonly<Record<string, string>>;
  /** ISO 8601. */
  since: string;
  /** Of a container. */
  image?: string;
  isRunning?: boolean;
}

const lists = {
  container: ['ps', '--all', '--no-trunc', '--format', '{{.ID}}\t{{.Names}}'],
  network: ['network', 'ls', '--no-trunc', '--format', '{{.ID}}\t{{.Name}}'],
  volume: ['volume', 'ls', '--format', '{{.Name}}\t{{.Name}}'],
} as const;
const kinds = ['container', 'network', 'volume'] as const;

/** All that an engine has under names that begin so. */
export async function objectsNamed(beginning: string, on: OnEngine = {}): Promise<NamedObject[]> {
  const found = kinds.map(async (kind) => {
    const [...words] = lists[kind];
    const format = `${words.pop() ?? ''}\t{{.Label "${labels.instance}"}}`;
    const { stdout } = await docker([...words, format, '--filter', `name=${beginning}`], on);
    return stdout.split('\n').flatMap((line): NamedObject[] => {
      const [id = '', name = '', instance = ''] = line.split('\t');
      // The filter takes names that hold it anywhere.
      return name.startsWith(beginning) ? [{ kind, id, name, instance }] : [];
    });
  });
  return (await Promise.all(found)).flat();
}

/** What `docker network inspect` and `docker volume inspect` tell, as far as it is used here. */
interface Inspected {
  Labels: Record<string, string> | null;
  Created?: string;
  CreatedAt?: string;
}

/** What is known of whoever has a name; undefined when it is gone. */
export async function holderOf(object: NamedObject, on: OnEngine = {}): Promise<NameHolder | undefined> {
  const { kind, name } = object;
  const { code, stdout } = await docker([kind, 'inspect', name], { ...on, allowFailure: true });
  if (code !== 0) return undefined;
  if (kind === 'container') {
    const [info] = JSON.parse(stdout) as ContainerInfo[];
    if (info === undefined) return undefined;
    const { Config, Created, State } = info;
    return {
      ...object,
      labels: Config.Labels ?? {},
      since: Created,
      image: Config.Image,
      isRunning: State.Running,
    };
  }
  const [info] = JSON.parse(stdout) as Inspected[];
  return info && { ...object, labels: info.Labels ?? {}, since: info.Created ?? info.CreatedAt ?? '' };
}
