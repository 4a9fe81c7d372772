import { build } from 'esbuild';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker, dockerExec } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { foundImages } from '../../stacks/images';
import { prefix } from '../../test/end-to-end/isolate';
import { until } from '../../test/end-to-end/engine';
import { inspected } from '../compose-service';
import type { EdgeFigures, EdgeLoad } from '../edge-load';
import { fixedProxyConfig, fixedProxyFile } from '../fixed-proxy';
import type { Pair } from '../ratio';
import type { Comparison, Row } from '../result';
import { folderOf, others, type Setting } from '../setting';
import { appPort, edgeName, fixedProxyCommand, releaseOf } from '../shop';

const rounds = 7;
const load = { connections: 50, seconds: 3 } as const;
/** Answered by the service itself, a few hundred bytes of JSON. */
const pathname = '/discounts';
const network = `${prefix}-production`;
const fixed = `${others}-proxy`;
const client = `${others}-load`;
const fixedPort = 8081;

/**
 * The edge of a service, the same image with a configuration by hand, and the service without a proxy. Asked from a container
 * in the environment's network, where all three can be reached, and no published port is on the way.
 */
export default async function edge(setting: Setting): Promise<Row> {
  const release = await releaseOf('production', 'discounts');
  const ways = {
    edge: `http://${edgeName('production', 'discounts')}${pathname}`,
    fixed: `http://${fixed}:${fixedPort}${pathname}`,
    direct: `http://${release}:${appPort}${pathname}`,
  };
  const measured: Record<keyof typeof ways, EdgeFigures>[] = [];
  try {
    await startProxy(setting, release);
    await startClient(setting);
    await until(async () => ((await ask({ ...load, url: ways.fixed, seconds: 1 })).failed === 0 ? true : undefined));
    for (let round = 1; round <= rounds; round++) {
      setting.signal.throwIfAborted();
      setting.note(`edge: round ${round} of ${rounds}`);
      measured.push({
        edge: await ask({ ...load, url: ways.edge }),
        fixed: await ask({ ...load, url: ways.fixed }),
        direct: await ask({ ...load, url: ways.direct }),
      });
    }
  } finally {
    for (const name of [client, fixed]) await docker(['rm', '--force', '--volumes', name], { allowFailure: true });
  }
  const pairs = (one: keyof typeof ways, other: keyof typeof ways, figure: 'requestsPerSecond' | 'p99'): Pair[] =>
    measured.map((round) => [round[one][figure], round[other][figure]]);
  const comparison = (unit: string, other: 'fixed' | 'direct', target?: Comparison['target']): Comparison => ({
    figure: unit === 'ms' ? 'p99' : 'requests/s',
    unit,
    one: 'edge',
    other: other === 'fixed' ? 'proxy by hand' : 'no proxy',
    rounds: pairs('edge', other, unit === 'ms' ? 'p99' : 'requestsPerSecond'),
    ...(target === undefined ? {} : { target }),
  });
  const failed = measured.reduce(
    (sum, { edge: one, fixed: two, direct: three }) => sum + one.failed + two.failed + three.failed,
    0,
  );
  return {
    name: 'edge',
    what: "production's edge : the same proxy image with a fixed configuration by hand : the service's container without a proxy",
    comparisons: [
      comparison('requests/s', 'fixed', { of: 'ratio', at: 'least', value: 0.9 }),
      comparison('ms', 'fixed', { of: 'ratio', at: 'most', value: 1.2 }),
      comparison('requests/s', 'direct'),
      comparison('ms', 'direct'),
    ],
    notes: [
      `GET ${pathname} over ${load.connections} kept connections for ${load.seconds} s each, each asking again as soon as it is answered; ${failed} requests failed`,
    ],
  };
}

/** The edge's image, held to the edge's limits, with a configuration by hand. */
async function startProxy(setting: Setting, release: string): Promise<void> {
  const { Config, HostConfig: host } = await inspected(edgeName('production', 'discounts'));
  const file = folderOf(setting, 'fixed-haproxy.cfg');
  fs.writeFileSync(file, fixedProxyConfig([{ name: 'discounts', port: fixedPort, server: `${release}:${appPort}` }]));
  await create(fixed, [
    ...['--memory', String(host.Memory), '--memory-swap', String(host.Memory), '--cpu-shares', String(host.CpuShares)],
    ...(host.CapDrop ?? []).flatMap((capability) => ['--cap-drop', capability]),
    ...(host.SecurityOpt ?? []).flatMap((option) => ['--security-opt', option]),
    ...(host.Ulimits ?? []).flatMap(({ Name, Soft, Hard }) => ['--ulimit', `${Name}=${Soft}:${Hard}`]),
    Config.Image,
    ...fixedProxyCommand,
  ]);
  await docker(['cp', file, `${fixed}:${fixedProxyFile}`]);
  await docker(['start', fixed]);
}

/** A container with the program that asks, which is compiled into one file. */
async function startClient(setting: Setting): Promise<void> {
  const outfile = folderOf(setting, 'edge-load.cjs');
  const entry = path.join(__dirname, '..', 'edge-load.ts');
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'silent' });
  await create(client, ['--init', '--entrypoint', 'sleep', foundImages()['node'] ?? '', 'infinity']);
  await docker(['cp', outfile, `${client}:/edge-load.cjs`]);
  await docker(['start', client]);
}

async function create(name: string, rest: readonly string[]): Promise<void> {
  await docker(['rm', '--force', '--volumes', name], { allowFailure: true });
  await docker(['create', '--name', name, '--network', network, '--label', `${labels.instance}=${prefix}`, ...rest]);
}

async function ask(what: EdgeLoad): Promise<EdgeFigures> {
  const { stdout } = await dockerExec(client, ['node', '/edge-load.cjs'], { env: { EDGE_LOAD: JSON.stringify(what) } });
  return JSON.parse(stdout) as EdgeFigures;
}
