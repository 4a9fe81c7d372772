import * as fs from 'node:fs';
import * as path from 'node:path';
import { installedPlugins } from '../../toolchain/items/plugins';
import { versions } from '../../toolchain/versions';
import { access } from '../targets/store-home';

/**
 * An engine that has every image it is asked for, and runs what stands in the file `ps`: a container a line, as `docker ps` with the
 * columns of operations/preflight/ports.ts. It is on another machine, so that nobody looks at the ports of this one. `calls` gets what it
 * was asked, and what Pulumi was.
 */
const docker = `#!/bin/sh
echo "$*" >> "$STAND_INS/calls"
case "$1 $2" in
  version*) case "$*" in *Arch*) echo amd64 ;; *) echo 27.0.0 ;; esac ;;
  'image inspect')
    case "$4" in *RepoTags*) shift 4; for name; do echo "[\\"$name\\"]"; done ;; *) echo sha256:0 ;; esac ;;
  'context inspect') echo tcp://elsewhere:2375 ;;
  'ps --no-trunc') cat "$STAND_INS/ps" ;;
esac
`;

/** Pulumi whose updates end as the file \`ends\` says, and not before there is no file \`hold\`; what a stack publishes stands in `outputs-<stack>`, what it is made of in `state-<stack>`, @default nothing. */
const pulumi = `#!/bin/sh
echo "pulumi $*" >> "$STAND_INS/calls"
case "$1 $2" in
  version*) echo v${versions.pulumi} ;;
  'stack output') cat "$STAND_INS/outputs-$6" 2> /dev/null || echo '{}' ;;
  'stack export') cat "$STAND_INS/state-$(echo "$*" | sed 's/.*--stack //; s/ .*//')" 2> /dev/null || echo '{"version": 3, "deployment": {}}' ;;
  up*) echo "$SLUICE_IMAGES" > "$STAND_INS/images"; echo "$SLUICE_LEASES" > "$STAND_INS/leases"; while test -e "$STAND_INS/hold"; do sleep 0.1; done; echo 'error: it is refused' >&2; exit "$(cat "$STAND_INS/ends")" ;;
esac
`;

/** What the platform publishes: how its ledgers are reached, which are in the store of the home beside these programs. */
const platform = JSON.stringify({ ledgers: access });

/** Programs in place of Docker's and Pulumi's, and the environment in which a verb takes them for the toolchain's. */
export function standIns(folder: string): NodeJS.ProcessEnv {
  const bin = path.join(folder, 'bin');
  const pulumiHome = path.join(folder, 'cache', 'pulumi-home');
  fs.mkdirSync(bin, { recursive: true });
  for (const [name, text] of Object.entries({ docker, pulumi, 'pulumi-language-nodejs': '' }))
    fs.writeFileSync(path.join(bin, name), text, { mode: 0o755 });
  const plugins = installedPlugins(undefined, bin, undefined);
  const installed = plugins.title.matchAll(/(\w+) (\d+\.\d+\.\d+)/g);
  for (const [, name = '', version = ''] of installed) {
    const own = path.join(pulumiHome, 'plugins', `resource-${name}-v${version}`);
    fs.mkdirSync(own, { recursive: true });
    fs.writeFileSync(path.join(own, `pulumi-resource-${name}`), '');
  }
  fs.writeFileSync(path.join(pulumiHome, 'sluice-plugins'), plugins.id);
  for (const [name, text] of Object.entries({ ps: '', ends: '0', calls: '', 'outputs-platform': platform }))
    fs.writeFileSync(path.join(folder, name), text);
  const temporary = path.join(folder, 'tmp');
  fs.mkdirSync(temporary);
  const others = Object.entries(process.env).filter(([name]) => !/^(PULUMI_|DOCKER_|SLUICE_|npm_)/.test(name));
  return {
    ...Object.fromEntries(others),
    CI: 'true',
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    SLUICE_SOURCE: 'upstream',
    SLUICE_HOME: path.join(folder, 'home'),
    SLUICE_CACHE: path.join(folder, 'cache'),
    TMPDIR: temporary,
    STAND_INS: folder,
  };
}
