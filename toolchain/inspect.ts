import { catalogue, waysOf, type Item, type MachineFacts } from './catalogue';
import { decideEngine, engineArchitecture, engineFacts, type EngineFacts } from './items/engine';
import { pulumiOfThisMachine } from './items/pulumi';
import { layout as layoutOf } from './layout';
import { closureOf, whatIsThere } from './look';
import { planOf, type Part } from './part';
import { duration } from './progress';
import { probeByLooking, Sources, sourceWish, type ItemSource } from './sources';
import { compareVersions } from './version-order';
import { minimumEngine, minimumNode, versions } from './versions';

/** One line of `doctor`. */
export interface ItemReport {
  item: string;
  /** What is there: a version, an image, `nothing`. */
  found: string;
  /** What would fit. */
  needed: string;
  /** Where it is, or where it would come from. */
  from: 'present' | 'upstream' | 'registries' | 'nowhere';
  /** What bringing it costs, about; empty when it is there. */
  cost: string;
  ok: boolean;
}

/**
 * What this machine has and lacks. Changes nothing on it.
 * @param only these items of the catalogue; all by default
 * @param imageMirror what stands in front of official images
 */
export async function inspect(only?: readonly string[], imageMirror = ''): Promise<ItemReport[]> {
  const layout = layoutOf();
  const machine: MachineFacts = {
    platform: process.platform,
    architecture: process.arch,
    engine: await engineArchitecture(),
    pulumi: await pulumiOfThisMachine(layout.root),
    imageMirror,
  };
  const facts = await engineFacts();
  const wish = sourceWish();
  const sources = new Sources(layout.sources, wish, () => Promise.resolve(false), undefined, imageMirror);
  const answers = new Map<'images' | 'pulumi', Promise<ItemSource>>();
  const source = (name: 'images' | 'pulumi'): Promise<ItemSource> => {
    const known = sources.recorded(name);
    if (known !== undefined) return Promise.resolve(known);
    const answer =
      answers.get(name) ??
      probeByLooking(name, imageMirror).then((yes): ItemSource => (yes ? 'upstream' : 'registries'));
    answers.set(name, answer);
    return answer;
  };
  const items = catalogue(machine).filter(({ name }) => only === undefined || only.includes(name));
  const isThere = await whatIsThere(closureOf(items.flatMap((item) => waysOf(item, wish))), layout);
  const reports = [reportEngine(facts), reportNode(process.versions.node)];
  for (const item of items) {
    const present = waysOf(item, wish).find(isThere);
    if (present !== undefined) reports.push(reportPresent(item, present.id));
    else if (item.elsewhere !== undefined) reports.push(reportPresent(item, item.elsewhere));
    else {
      const [images, pulumi] = [await source('images'), await source('pulumi')];
      const from = item.upstreams.every((name) => (name === 'images' ? images : pulumi) === 'upstream')
        ? 'upstream'
        : 'registries';
      reports.push(reportLacking(item, item.part({ images, pulumi }), from, isThere));
    }
  }
  return oneGitHostIsEnough(reports);
}

/** The engine's line. */
export function reportEngine(facts: EngineFacts): ItemReport {
  const decision = decideEngine(facts);
  const common = {
    item: 'Docker engine',
    found: facts.version ?? 'nothing that answers',
    needed: `${minimumEngine} or newer`,
  };
  switch (decision.do) {
    case 'use':
      return { ...common, from: 'present', cost: '', ok: true };
    case 'start':
      return { ...common, found: 'installed, not running', from: 'present', cost: 'a start, about 5 s', ok: false };
    case 'install':
      return { ...common, from: 'registries', cost: 'apt-get, about 20 s', ok: false };
    case 'refuse':
      return { ...common, from: 'nowhere', cost: `${decision.message}: ${decision.next}`, ok: false };
  }
}

/** Node's line: it runs this program, so it is there; the question is its age. */
export function reportNode(version: string): ItemReport {
  const ok = compareVersions(version, minimumNode) >= 0;
  return {
    item: 'Node',
    found: version,
    needed: `${minimumNode} or newer`,
    from: ok ? 'present' : 'nowhere',
    cost: ok ? '' : 'install a newer Node',
    ok,
  };
}

function reportPresent(item: Item, id: string): ItemReport {
  return { item: item.title, found: id, needed: neededOf(item), from: 'present', cost: '', ok: true };
}

/** An item that is not there: the sum of what would have to be made, shared parts counted in each. */
export function reportLacking(
  item: Item,
  part: Part | undefined,
  from: 'upstream' | 'registries',
  isThere: (part: Part) => boolean,
): ItemReport {
  const common = { item: item.title, found: 'nothing', needed: neededOf(item), ok: false };
  if (part === undefined) return { ...common, from: 'nowhere', cost: 'only where images can be pulled' };
  const plan = planOf([part], isThere);
  const seconds = plan.reduce((sum, each) => sum + each.seconds, 0);
  const steps = plan.length === 1 ? '1 step' : `${plan.length} steps`;
  return { ...common, from, cost: `${steps}, about ${duration(seconds)}` };
}

function neededOf(item: Item): string {
  const known: Partial<Record<Item['name'], string>> = {
    pulumi: `exactly ${versions.pulumi}`,
    plugins: 'as package.json says',
    gogs: `${versions.gogs} (or Gitea)`,
    gitea: `${versions.gitea} (or Gogs)`,
    tools: 'with this very program',
  };
  return known[item.name] ?? 'any of the two sources';
}

/** Gogs or Gitea: one of them is enough, so the other is no lack. Gogs where it can be had, as `ensure` chooses. */
export function oneGitHostIsEnough(reports: ItemReport[]): ItemReport[] {
  const hosts = reports.filter(({ item }) => item.startsWith('git host'));
  const chosen = hosts.find(({ ok }) => ok) ?? hosts.find(({ from }) => from !== 'nowhere');
  return reports.map((report) =>
    chosen === undefined || report === chosen || !hosts.includes(report) || report.ok
      ? report
      : { ...report, cost: 'not needed beside the other git host', ok: true },
  );
}
