import { versions } from '../versions';

/** A program that is compiled from its Go module, through a small wrapper module of our own. */
export interface GoProgram {
  name: string;
  title: string;
  /** About how long the first compilation takes on two cores. */
  seconds: number;
  /** Module path and version, with the `v`. */
  module: string;
  version: string;
  /** Import path of the main package; `.` when the wrapper itself is the program. */
  package: string;
  /** The wrapper's own source, when it is the program: Go text of package main. */
  main?: string;
  /** Name of the binary. */
  binary: string;
  /** Whether it holds C (SQLite); it is linked statically then. */
  c: boolean;
  tags?: string[];
  /** Further linker flags, such as a version to stamp. */
  linkerFlags?: string[];
  replace?: Record<string, string>;
  exclude?: string[];
  cFlags?: string;
}

/** The old engine client that Drone and its runner were written against; they do not compile with a newer one. */
const dockerOfDrone = {
  'github.com/docker/docker': 'github.com/docker/engine v17.12.0-ce-rc1.0.20200309214505-aa6a9891b09c+incompatible',
};

/** Go build tags that make a program with SQLite independent of the system's libraries. */
export const staticTags = ['netgo', 'osusergo', 'sqlite_omit_load_extension'];

/** The registry's usual main package brings the clients of every cloud's object store; a folder and a password file are enough. */
const registryMain = `package main

import (
	"os"

	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/auth/token"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
)

func main() {
	if err := registry.RootCmd.Execute(); err != nil {
		os.Exit(1)
	}
}
`;

const pulumiModule = 'github.com/pulumi/pulumi';

export const goPrograms = {
  pulumi: {
    name: 'pulumi-cli',
    title: `Pulumi CLI ${versions.pulumi}, compiled`,
    seconds: 185,
    module: `${pulumiModule}/pkg/v3`,
    version: `v${versions.pulumi}`,
    package: `${pulumiModule}/pkg/v3/cmd/pulumi`,
    binary: 'pulumi',
    c: false,
    linkerFlags: [`-X ${pulumiModule}/sdk/v3/go/common/version.Version=v${versions.pulumi}`],
    replace: { 'github.com/atotto/clipboard': 'github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e' },
  },
  languageHost: {
    name: 'pulumi-language-nodejs',
    title: `Pulumi's Node language host ${versions.pulumiLanguageHost}, compiled`,
    seconds: 20,
    module: `${pulumiModule}/sdk/v3`,
    version: `v${versions.pulumiLanguageHost}`,
    package: `${pulumiModule}/sdk/v3/nodejs/cmd/pulumi-language-nodejs`,
    binary: 'pulumi-language-nodejs',
    c: false,
  },
  registry: {
    name: 'registry-server',
    title: `Distribution registry ${versions.registry.module}, compiled`,
    seconds: 50,
    module: 'github.com/distribution/distribution/v3',
    version: `v${versions.registry.module}`,
    package: '.',
    main: registryMain,
    binary: 'registry',
    c: false,
    linkerFlags: [`-X github.com/distribution/distribution/v3/version.version=v${versions.registry.module}`],
  },
  drone: {
    name: 'drone-server',
    title: `Drone server ${versions.drone.module}, compiled`,
    seconds: 90,
    module: 'github.com/drone/drone',
    version: `v${versions.drone.module}`,
    package: 'github.com/drone/drone/cmd/drone-server',
    binary: 'drone-server',
    c: true,
    tags: staticTags,
    replace: { ...dockerOfDrone, 'github.com/h2non/gock': 'gopkg.in/h2non/gock.v1 v1.0.14' },
    exclude: ['github.com/drone/drone-runtime v1.0.7-0.20190729202838-87c84080f4a1'],
  },
  runner: {
    name: 'drone-runner',
    title: `Drone runner ${versions.runner}, compiled`,
    seconds: 15,
    module: 'github.com/drone-runners/drone-runner-docker',
    version: `v${versions.runner}`,
    package: 'github.com/drone-runners/drone-runner-docker',
    binary: 'drone-runner-docker',
    c: false,
    replace: dockerOfDrone,
  },
} satisfies Record<string, GoProgram>;

/** The wrapper's go.mod. */
export function goModOf(program: GoProgram): string {
  const lines = (word: string, items: string[]): string => items.map((item) => `${word} ${item}\n`).join('');
  return [
    'module sluice.invalid/wrapper\n',
    'go 1.25\n',
    lines('require', [`${program.module} ${program.version}`]),
    lines(
      'replace',
      Object.entries(program.replace ?? {}).map(([from, to]) => `${from} => ${to}`),
    ),
    lines('exclude', program.exclude ?? []),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** The wrapper's only source: the program itself, or what makes another module's program a dependency of the wrapper. */
export function sourceOf(program: GoProgram): string {
  return program.main ?? `//go:build tools\n\npackage wrapper\n\nimport _ "${program.package}"\n`;
}

/** Arguments of `go` that compile the program to `output`. */
export function goBuildArguments(
  program: Pick<GoProgram, 'package' | 'c' | 'tags' | 'linkerFlags'>,
  output: string,
  moduleMode: 'mod' | 'readonly' = 'mod',
): string[] {
  const flags = [
    '-s',
    '-w',
    ...(program.linkerFlags ?? []),
    ...(program.c ? ['-linkmode external', '-extldflags "-static"'] : []),
  ];
  return [
    'build',
    `-mod=${moduleMode}`,
    '-trimpath',
    '-buildvcs=false',
    ...(program.tags === undefined ? [] : ['-tags', program.tags.join(' ')]),
    '-ldflags',
    flags.join(' '),
    '-o',
    output,
    program.package,
  ];
}
