import { instructions, type Instruction } from './dockerfile';
import { unless, type Rule } from './rule';
import { secretsIn } from './secret-words';

/** An `ADD` in an image's history, by either builder. */
const added = /^(\/bin\/sh -c #\(nop\) +)?ADD\b/;

/** The base images that a build file names itself; a stage of its own or an argument that has to be given is none. */
function bases(all: readonly Instruction[]): string[] {
  const defaults = new Map(
    all.flatMap(({ name, rest }) => {
      const [, argument, value] = (name === 'ARG' && /^(\w+)(?:=(.*))?$/.exec(rest)) || [];
      return argument === undefined ? [] : [[argument, value] as const];
    }),
  );
  const stages = new Set<string>();
  return all.flatMap(({ name, rest }) => {
    if (name !== 'FROM') return [];
    const [image = '', , stage] = rest.replace(/--platform=\S+\s+/, '').split(/\s+/);
    const known = stages.has(image);
    if (stage !== undefined) stages.add(stage);
    const argument = /^\$\{?(\w+)\}?$/.exec(image)?.[1];
    const base = argument === undefined ? image : defaults.get(argument);
    return known || base === undefined ? [] : [base];
  });
}

function isPinned(image: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(image) || /:[^/:]*\d[^/:]*$/.test(image) || image === 'scratch';
}

/** CIS Docker Benchmark v1.6.0, section 4: images and the files that they are built by. */
export const images: readonly Rule[] = [
  {
    id: '4.1',
    title: 'a user other than root runs the container',
    kind: 'container',
    test: ({ inspect }) => unless(!/^(root|0+)?(:.*)?$/.test(inspect.Config.User), 'root runs it'),
  },
  {
    id: '4.2',
    title: 'a build file names its base image by version or digest',
    kind: 'dockerfile',
    test: ({ text }) =>
      bases(instructions(text))
        .filter((base) => !isPinned(base))
        .map((base) => `stands on ${base}, which names no version`),
  },
  {
    id: '4.6',
    title: 'the image has a health check, or containers of ours that run it bring one',
    kind: 'image',
    // What a builder keeps of a stage has no name and runs nowhere.
    test: ({ healthcheck, names, runs }) =>
      unless(
        healthcheck ||
          (names.length === 0 && runs.length === 0) ||
          // One that brings none is a finding of 5.27.
          runs.some(({ inspect }) => {
            const [first = 'NONE'] = inspect.Config.Healthcheck?.Test ?? [];
            return first !== 'NONE';
          }),
        'neither it nor any container of it has a health check',
      ),
  },
  {
    id: '4.7',
    title: 'a package list is brought up to date only together with an installation',
    kind: 'dockerfile',
    test: ({ text }) =>
      instructions(text)
        .filter(({ name, rest }) => name === 'RUN' && /\b(apt-get|apt|apk|yum|dnf)\b[^;&|]*\bupdate\b/.test(rest))
        .filter(({ rest }) => !/\b(install|add|upgrade|download)\b/.test(rest))
        .map(({ line }) => `line ${line}: updates without installing`),
  },
  {
    id: '4.9',
    title: 'files are copied by COPY, not by ADD: in build files …',
    kind: 'dockerfile',
    test: ({ text }) =>
      instructions(text)
        .filter(({ name }) => name === 'ADD')
        .map(({ line }) => `line ${line}: ADD`),
  },
  {
    id: '4.9',
    title: '… and in the history of images, but for the base itself',
    kind: 'image',
    test: ({ history }) => unless(!history.slice(0, -1).some((command) => added.test(command)), 'was built by an ADD'),
  },
  {
    id: '4.10',
    title: 'no secret stands in a build file …',
    kind: 'dockerfile',
    test: ({ text }) =>
      instructions(text).flatMap(({ name, rest, line }) =>
        secretsIn(name === 'ENV' || name === 'ARG' ? rest : rest.replaceAll('=$', '= $')).map(
          (what) => `line ${line}: ${what}`,
        ),
      ),
  },
  {
    id: '4.10',
    title: '… nor in the history or environment of an image',
    kind: 'image',
    test: ({ history, env }) => [...new Set([...history, ...env].flatMap(secretsIn))],
  },
];
