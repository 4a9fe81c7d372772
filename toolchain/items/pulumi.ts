import * as fs from 'node:fs';
import * as path from 'node:path';
import { download } from '../download';
import { folderPart, type Part } from '../part';
import { run, which } from '../../base/process';
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

/**
 * The language host of this version knows a program's runtime options as flags alone, which the CLI no longer gives: it sends them
 * with the program. Of those this project sets one.
 */
const hostWithOptions = `#!/bin/sh
if grep -qs '^ *typescript: *false' Pulumi.yaml; then set -- -typescript=false "$@"; fi
exec "$(dirname "$0")/${goPrograms.languageHost.binary}-${versions.pulumiLanguageHost}" "$@"
`;

/** Folder with the CLI and the Node language host as compiled from their Go modules. */
export const pulumiCompiled: Part = ((): Part => {
  const { pulumi, languageHost } = goPrograms;
  const programs = [
    { part: goProgramPart(pulumi), binary: pulumi.binary, as: pulumi.binary },
    {
      part: goProgramPart(languageHost),
      binary: languageHost.binary,
      as: `${languageHost.binary}-${versions.pulumiLanguageHost}`,
    },
  ];
  return folderPart({
    name: 'pulumi',
    title: `Pulumi CLI ${versions.pulumi} with its Node language host`,
    seconds: 1,
    recipe: { hostWithOptions },
    needs: programs.map(({ part }) => part),
    // Links between folders of the store would break when one of them goes; a hard link costs nothing either.
    fill(folder, context) {
      for (const { part, binary, as } of programs)
        fs.linkSync(path.join(context.folder(part), binary), path.join(folder, as));
      fs.writeFileSync(path.join(folder, languageHost.binary), hostWithOptions, { mode: 0o755 });
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
