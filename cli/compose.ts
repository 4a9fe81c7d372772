import * as fs from 'node:fs';
import * as path from 'node:path';
import { hasServices, pinned, unpinnedImages } from '../config/compose/pin';
import { imageName } from '../config/compose/source';
import { docker } from '../clients/docker/docker';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { configRoot } from '../base/paths';
import { didYouMean } from '../base/spelling';
import { textOfBytes } from '../base/utf8';
import type { Call } from './call';

/** Names under which docker compose finds a file. */
const usualFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** Writes the digests of a compose file's images into it, as the engine's registries have them now. */
export async function run({ words: [what = '', named], say, note }: Call): Promise<number> {
  if (what !== 'pin')
    throw new UserError(`there is no "${what}" here${didYouMean(what, ['pin'])}`, sluice('compose', 'pin', '[FILE]'));
  const file = fileOf(named);
  // What is written back is to be every other byte as it was.
  const text = textOfBytes(fs.readFileSync(file), shown(file));
  if (!hasServices(text))
    throw new UserError(`${shown(file)} is no compose file: it has no services`, 'name another file');
  const images = [...new Set(unpinnedImages(text).map(({ image }) => image))];
  if (images.length === 0) {
    say(`${shown(file)}: every image has its digest`);
    return 0;
  }
  const digests: Record<string, string> = {};
  for (const image of images) {
    note(`asking for ${image} …`);
    digests[image] = await digestOf(image);
    say(`${image}@${digests[image]}`);
  }
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, pinned(text, digests), { mode: fs.statSync(file).mode });
  fs.renameSync(draft, file);
  return 0;
}

function fileOf(named: string | undefined): string {
  const names = named === undefined ? usualFiles : [named];
  // A file that is named is one of the folder in which that was typed, or of the project.
  const folders = named === undefined ? [configRoot()] : [process.cwd(), configRoot()];
  const found = folders
    .flatMap((folder) => names.map((name) => path.resolve(folder, name)))
    .find((file) => fs.existsSync(file));
  if (found !== undefined) return found;
  throw new UserError(`there is no ${names.join(' and no ')} here`, sluice('compose', 'pin', 'FILE'));
}

function shown(file: string): string {
  return path.relative(configRoot(), file);
}

/** What the engine gets when it pulls an image: it knows its registries' logins and mirrors. */
async function digestOf(image: string): Promise<string> {
  const pulled = await docker(['pull', '--quiet', image], { allowFailure: true });
  const inspect = ['image', 'inspect', '--format', '{{json .RepoDigests}}', image];
  const { code, stdout } = await docker(inspect, { allowFailure: true });
  const all = code === 0 ? (JSON.parse(stdout) as string[]) : [];
  const own = all.find((each) => sameRepository(each, image)) ?? (all.length === 1 ? all[0] : undefined);
  const digest = own?.split('@')[1];
  if (pulled.code === 0 && digest !== undefined) return digest;
  const why =
    pulled.stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^Error response from daemon: /, '') ?? '';
  throw new UserError(
    `there is no digest of ${image}: ${why === '' ? 'no registry has it' : why}`,
    'correct the image, or push it; the file is as it was',
  );
}

/** `postgres` and `docker.io/library/postgres` are one. */
function sameRepository(one: string, other: string): boolean {
  const plain = (name: string): string => imageName(name).repository.replace(/^(docker\.io\/)?(library\/)?/, '');
  return plain(one) === plain(other);
}
