import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as command from '@pulumi/command';
import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { LocalWorkspace, type PulumiFn, type Stack } from '@pulumi/pulumi/automation';
import * as random from '@pulumi/random';
import { pluginVersions } from '../../../toolchain/items/plugins';
import { pluginNames } from '../../../toolchain/plugins/bundle';
import { executablesOf, ours, pathOf, type Executable } from './executables';
import { image, prefix } from './machine';

/** What must be found nowhere in plain text. */
export const SECRETS = ['registry-password-1', 'container-password-1', 'command-password-1'] as const;

/** All three plugins, in the ways the project uses them. */
const program = (): Promise<Record<string, unknown>> => {
  const provider = new docker.Provider('docker', {
    registryAuth: [{ address: 'localhost:1', username: 'anna', password: SECRETS[0] }],
  });
  const password = new random.RandomPassword('password', { length: 20 });
  const network = new docker.Network('network', { name: `${prefix}-up` }, { provider });
  const volume = new docker.Volume('volume', { name: `${prefix}-up` }, { provider });
  const remote = new docker.RemoteImage('image', { name: image, keepLocally: true }, { provider });
  const web = new docker.Container(
    'web',
    {
      name: `${prefix}-up`,
      image: remote.imageId,
      command: ['httpd', '-f', '-p', '8080', '-h', '/www'],
      envs: [pulumi.interpolate`PASSWORD=${password.result}`, pulumi.secret(`OTHER=${SECRETS[1]}`)],
      labels: [{ label: 'test', value: prefix }],
      ports: [{ internal: 8080, ip: '127.0.0.1' }],
      volumes: [{ volumeName: volume.name, containerPath: '/data' }],
      uploads: [{ file: '/www/index.html', content: 'hello' }],
      networksAdvanced: [{ name: network.name, aliases: ['web'] }],
      healthcheck: { tests: ['CMD', 'wget', '-qO-', 'http://127.0.0.1:8080/'], interval: '1s', timeout: '5s' },
      wait: true,
      restart: 'unless-stopped',
      memory: 32,
      memorySwap: 32,
      cpus: '1.0',
      capabilities: { drops: ['ALL'] },
      securityOpts: ['no-new-privileges:true'],
      init: true,
    },
    { provider },
  );
  const said = new command.local.Command('said', {
    create: 'cat > /dev/null; echo "said to $WHO"',
    stdin: pulumi.secret(SECRETS[2]),
    environment: { WHO: web.name },
  });
  const port = web.ports.apply((ports) => ports?.[0]?.external);
  return Promise.resolve({ said: said.stdout, port, hash: password.bcryptHash });
};

/** One plugin of each name. */
export interface PluginSet {
  title: string;
  executables: Executable[];
}

/** Ours, and the official ones where this machine has one of each. */
export function pluginSets(): PluginSet[] {
  const official = pluginNames.flatMap(
    (name) => executablesOf(name).filter(({ path: file }) => file !== undefined)[0] ?? [],
  );
  const sets = [{ title: 'ours', executables: pluginNames.map(ours) }];
  return official.length < pluginNames.length ? sets : [...sets, { title: 'official', executables: official }];
}

/** A stack of the whole program, in a folder and a Pulumi home of its own. */
export class WholeProgram {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), `${prefix}-up-`));
  private readonly environment = {
    PULUMI_HOME: path.join(this.folder, 'home'),
    PULUMI_BACKEND_URL: `file://${this.folder}`,
    PULUMI_CONFIG_PASSPHRASE: 'x',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };

  /** Puts plugins in the place of those that were there, all under the versions of their SDKs. */
  async install({ executables }: PluginSet): Promise<void> {
    for (const executable of executables) {
      const { plugin } = executable;
      const file = await pathOf(executable);
      let from = path.dirname(file);
      if (executable.path !== undefined) {
        from = path.join(this.folder, `official-${plugin}`);
        mkdirSync(from, { recursive: true });
        copyFileSync(file, path.join(from, path.basename(file)));
      }
      const version = pluginVersions()[plugin] ?? '';
      execFileSync('pulumi', ['plugin', 'install', 'resource', plugin, version, '--reinstall', '--file', from], {
        env: { ...process.env, ...this.environment },
        stdio: 'ignore',
      });
    }
  }

  /** @param of another program. @default the whole one */
  stack(of: PulumiFn = program): Promise<Stack> {
    return LocalWorkspace.createOrSelectStack(
      { stackName: 'it', projectName: 'it', program: of },
      { envVars: this.environment },
    );
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
