import * as fs from 'node:fs';
import * as path from 'node:path';
import { type PartContext, type Part, folderPart } from '../part';
import { goBuildArguments, goModOf, sourceOf, type GoProgram } from '../recipes/go-programs';
import { compilers, goArchitecture } from './compilers';

/** Folder with the compiled program. */
export function goProgramPart(program: GoProgram): Part {
  return folderPart({
    name: program.name,
    title: program.title,
    seconds: program.seconds,
    recipe: {
      wrapper: goModOf(program),
      source: sourceOf(program),
      arguments: goBuildArguments(program, program.binary),
      c: program.c,
      cFlags: program.cFlags,
      architecture: goArchitecture(),
    },
    needs: [compilers],
    async fill(folder, context) {
      const source = context.store.scratch(`${program.name}-source`);
      fs.writeFileSync(path.join(source, 'go.mod'), goModOf(program));
      fs.writeFileSync(path.join(source, 'main.go'), sourceOf(program));
      context.note('compiling');
      await go(context, goBuildArguments(program, path.join(folder, program.binary)), source, program);
      fs.rmSync(source, { recursive: true, force: true });
    },
  });
}

/** Runs our `go`, with caches that belong to the toolchain unless the user has named some. */
export async function go(
  context: PartContext,
  args: readonly string[],
  cwd: string,
  program: Pick<GoProgram, 'c' | 'cFlags'>,
): Promise<string> {
  const bin = path.join(context.folder(compilers), 'bin');
  const result = await context.run(path.join(bin, 'go'), args, {
    cwd,
    env: {
      ...process.env,
      GOMODCACHE: process.env['GOMODCACHE'] ?? path.join(context.layout.go, 'modules'),
      GOCACHE: process.env['GOCACHE'] ?? path.join(context.layout.go, 'build'),
      GOFLAGS: '-modcacherw',
      GOWORK: 'off',
      CGO_ENABLED: program.c ? '1' : '0',
      CC: path.join(bin, 'cc'),
      CGO_CFLAGS: program.cFlags ?? '-O2 -g0',
    },
  });
  return result.stdout;
}
