import * as fs from 'node:fs';
import * as path from 'node:path';
import { download } from '../download';
import { folderPart, type Part } from '../part';
import { run, which } from '../process';
import { goPrograms } from '../recipes/go-programs';
import { versions } from '../versions';
import { goProgramPart } from './go-program';

/** Where Pulumi publishes the CLI with its language hosts. */
export function pulumiArchive(platform: string, architecture: string): string {
  const extension = platform === 'win32' ? 'zip' : 'tar.gz';
  const system = platform === 'win32' ? 'windows' : platform;
  return `https://get.pulumi.com/releases/sdk/pulumi-v${versions.pulumi}-${system}-${architecture}.${extension}`;
}

/** Folder with the CLI and its language hosts as Pulumi publishes them. */
export function pulumiDownload(platform: string, architecture: string): Part {
  return folderPart({
    name: `pulumi-${platform}-${architecture}`,
    title: `Pulumi CLI ${versions.pulumi} for ${platform}, downloaded`,
    seconds: 30,
    recipe: { url: pulumiArchive(platform, architecture) },
    needs: [],
    async fill(folder, context) {
      const archive = path.join(context.store.scratch('pulumi-download'), 'pulumi.tar.gz');
      await download(pulumiArchive(platform, architecture), archive);
      await context.run('tar', ['--extract', '--gzip', '--file', archive, '--strip-components', '1', '-C', folder]);
      fs.rmSync(path.dirname(archive), { recursive: true, force: true });
    },
  });
}

/** Folder with the CLI and the Node language host as compiled from their Go modules. */
export const pulumiCompiled: Part = ((): Part => {
  const programs = [goPrograms.pulumi, goPrograms.languageHost];
  const parts = programs.map(goProgramPart);
  return folderPart({
    name: 'pulumi',
    title: `Pulumi CLI ${versions.pulumi} with its Node language host`,
    seconds: 1,
    recipe: {},
    needs: parts,
    // Links between folders of the store would break when one of them goes; a hard link costs nothing either.
    fill(folder, context) {
      programs.forEach(({ binary }, i) => {
        const part = parts[i];
        if (part !== undefined) fs.linkSync(path.join(context.folder(part), binary), path.join(folder, binary));
      });
      return Promise.resolve();
    },
  });
})();

/**
 * The folder of this machine's own Pulumi when it is exactly the needed version, with the language host beside it.
 * @param cache the toolchain's folder: what is found there is no Pulumi of the machine's own
 */
export async function pulumiOfThisMachine(cache: string): Promise<string | undefined> {
  const program = which('pulumi');
  if (program === undefined) return undefined;
  const folder = path.dirname(fs.realpathSync(program));
  if (!path.relative(cache, folder).startsWith('..')) return undefined;
  if (!fs.existsSync(path.join(folder, 'pulumi-language-nodejs'))) return undefined;
  const result = await run(program, ['version'], {
    allowFailure: true,
    timeoutSeconds: 10,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: 'true' },
  });
  return result.stdout.trim() === `v${versions.pulumi}` ? folder : undefined;
}
