import { toolNames, type OfficialImage } from '../../toolchain/official';

/** A container's inputs, as far as they are held against an image. */
export interface ContainerInputs {
  user?: string;
  entrypoints?: string[];
  command?: string[];
  envs?: string[];
  ports?: { internal: number }[];
  uploads?: { file: string }[];
  volumes?: { containerPath?: string; volumeName?: string; hostPath?: string }[];
  tmpfs?: Record<string, string>;
  healthcheck?: { tests: string[] };
}

/** Tools that a text in shell calls, of those that Sluice uses anywhere. */
export function toolsIn(script: string): string[] {
  return toolNames.filter((tool) => new RegExp(`(^|[\\s(|;&{])${tool}(?=$|[\\s;)|&}])`).test(script));
}

/**
 * What a container asks of its image that the image has not, a sentence each.
 * @param owned `uid:gid` by volume: what was given to a user beforehand
 */
export function complaints(image: OfficialImage, inputs: ContainerInputs, owned: Record<string, string>): string[] {
  const user = inputs.user ?? image.user;
  const mounts = [...(inputs.volumes ?? []).map((v) => v.containerPath ?? ''), ...Object.keys(inputs.tmpfs ?? {})];
  const scripts = [(inputs.command ?? []).join(' '), ...(inputs.healthcheck?.tests.slice(1) ?? [])];
  const programs = [...image.entrypoint, ...image.command, ...image.programs, ...image.tools];
  const started = [inputs.entrypoints?.[0] ?? image.entrypoint[0] ?? '', ...execs(scripts)];
  return [
    ...(inputs.volumes ?? []).flatMap(({ containerPath = '', volumeName, hostPath }) => {
      const owner = owned[volumeName ?? ''] ?? image.volumes[containerPath] ?? image.folders?.[containerPath] ?? '0:0';
      // Without capabilities not even root writes to what is another's.
      return hostPath !== undefined || owner === user ? [] : [`${user} can't write to ${containerPath} of ${owner}`];
    }),
    ...(inputs.uploads ?? [])
      .filter(({ file }) => mounts.some((mount) => file.startsWith(`${mount}/`)))
      .map(({ file }) => `${file} is hidden by a mount`),
    ...(inputs.ports ?? [])
      .filter(({ internal }) => image.ports.length > 0 && !image.ports.includes(internal))
      .map(({ internal }) => `nothing listens on ${internal}`),
    ...(inputs.envs ?? [])
      .map((env) => env.slice(0, env.indexOf('=')))
      .filter((name) => !image.variables.some((known) => known === name || isBeginning(known, name)))
      .map((name) => `${name} is not read`),
    ...started
      .map((program) => program.replace('/bin/sh', 'sh'))
      .filter((program) => !programs.includes(program))
      .map((program) => `there is no ${program}`),
    ...scripts
      .flatMap(toolsIn)
      .filter((tool) => !(image.tools as readonly string[]).includes(tool))
      .map((tool) => `there is no ${tool}`),
  ];
}

function isBeginning(known: string, name: string): boolean {
  return known.endsWith('*') && name.startsWith(known.slice(0, -1));
}

/** What scripts turn into: `exec /app/gogs/gogs …`. */
function execs(scripts: readonly string[]): string[] {
  return scripts.flatMap((script) => [...script.matchAll(/\bexec ([\w/.-]+)/g)].map(([, program = '']) => program));
}
