import { quoted } from '../../base/command';

/** How a script ends when it did not do what was asked. Programs and shells say other numbers by themselves. */
export const exits = {
  /** There is an object of that name. */
  exists: 81,
  /** What was asked for is not there. */
  absent: 82,
  /** Less came than was sent: the connection broke. */
  short: 83,
  /** The disk is full. */
  full: 84,
  /** Standard error says what. */
  failed: 85,
} as const;

/** Before it, standard output may hold what the account's shell says at each login. */
export const beginning = '\u0001sluice-store\n';

/**
 * What all scripts begin with; $1 is the store's folder. `absent` tells what is not there from what can't be seen: it goes up to the first
 * thing that is there. POSIX only, for any `sh`.
 */
const common = `
umask 077
LC_ALL=C
export LC_ALL
root=$1
fail() { exit ${exits.failed}; }
absent() {
  p=$1
  while ! [ -e "$p" ] && ! [ -L "$p" ]; do
    case $p in
      ?*/*) p=\${p%/*} ;;
      /*) p=/ ;;
      *) p=. ;;
    esac
  done
  if [ -d "$p" ]; then [ -x "$p" ]; else [ -d "$root" ]; fi
}
force() { sync "$@" 2> /dev/null || sync; }
printf '\\001sluice-store\\n'
`;

/**
 * $2 the name, $3 the draft's, $4 bytes of content, which comes on standard input. As in a folder of this machine: draft, disk, link, disk.
 * `link` makes no link inside of a folder, as `ln` does; where there is none, a folder is looked for before. NFS may say that there is an
 * object which it has just linked; then both are one file. A folder is made again when somebody has just removed it because it was empty.
 */
export const createScript = `${common}
file=$root/$2 draft=$root/.drafts/$3 size=$4
mkdir -p "$root/.drafts" || fail
trap 'rm -f "$draft"' EXIT
trap 'exit ${exits.failed}' HUP INT TERM PIPE
if ! cat > "$draft"; then
  free=$(df -Pk "$root" | awk 'NR == 2 { print $4 }')
  [ "\${free:-999999999}" -gt $((size / 1024 + 64)) ] || exit ${exits.full}
  fail
fi
[ $(($(wc -c < "$draft"))) -eq "$size" ] || exit ${exits.short}
force "$draft" || fail
if command -v link > /dev/null; then way=link; else way=ln; fi
tries=0
until said=$({ mkdir -p "\${file%/*}" && ! [ -d "$file" ] && "$way" "$draft" "$file"; } 2>&1); do
  [ "$file" -ef "$draft" ] 2> /dev/null && break
  if [ -d "$file" ]; then echo "$file is a folder" >&2; fail; fi
  if [ -e "$file" ] || [ -L "$file" ]; then exit ${exits.exists}; fi
  tries=$((tries + 1))
  if [ "$tries" -gt 20 ]; then echo "$said" >&2; fail; fi
done
d=\${file%/*}
set -- "$root"
while [ "$d" != "$root" ]; do
  set -- "$@" "$d"
  d=\${d%/*}
done
force "$@" || fail
sync "$root/.." 2> /dev/null
exit 0
`;

/** $2 the name. What has come to be since the first look was not there. */
export const readScript = `${common}
file=$root/$2
if [ -f "$file" ]; then
  cat "$file" && exit 0
  [ -e "$file" ] && fail
fi
[ -d "$file" ] || absent "$file" || { echo "$file can't be seen" >&2; fail; }
exit ${exits.absent}
`;

/** $2 a folder, or nothing for the root. */
const inFolder = `${common}
folder=$root\${2:+/$2}
if ! [ -d "$folder" ]; then
  absent "$folder" && exit ${exits.absent}
  echo "$folder is no folder that can be seen" >&2
  fail
fi
cd "$folder" || fail
`;

/** Folders have a slash at the end. */
export const listScript = `${inFolder}
ls -1p || fail
`;

/**
 * $3 is put before a name when it is compared with $4. The names of the objects, an empty line, and an archive of them. What is not in the
 * archive has gone meanwhile, or can't be read: the caller asks for it by itself.
 */
export const readAllScript = `${inFolder}
names=$(ls -1p) || fail
names=$(printf '%s\\n' "$names" |
  awk -v before="$3" -v after="$4" '/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/ && (before $0 "") > (after "")') || fail
printf '%s\\n\\n' "$names"
[ -z "$names" ] || printf '%s\\n' "$names" | sed 's,^,./,' | tar -cf - -T - 2> /dev/null
exit 0
`;

/** $2 the name. Folders that are empty then go, too, also where the object has gone before; somebody else's object in one of them keeps it. */
export const removeScript = `${common}
file=$root/$2
[ -d "$file" ] && exit 0
if [ -e "$file" ] || [ -L "$file" ]; then
  rm -f "$file" || fail
elif ! absent "$file"; then
  echo "$file can't be seen" >&2
  fail
fi
d=\${file%/*}
while [ "$d" != "$root" ]; do
  rmdir "$d" 2> /dev/null || ! [ -e "$d" ] || break
  d=\${d%/*}
done
exit 0
`;

/** Drafts of writers that were killed, after a day. */
export const sweepScript = `${common}
[ -d "$root/.drafts" ] || exit 0
find "$root/.drafts" -type f -mtime +0 -exec rm -f {} + || fail
`;

/** What makes a script of one line what it was. */
const begin = 's=$1; shift; eval "$(printf %b "$s")"';

/**
 * The line that runs a script with its values. It is one line without an exclamation mark, whatever the script is: in a C shell, quotes hold
 * neither a line's end nor that mark, and it would run parts of the script by themselves.
 */
export function scriptLine(script: string, ...values: readonly string[]): string {
  const marked = script.replace(/[\\\n!]/g, (each) => ({ '\\': '\\\\', '\n': '\\n' })[each] ?? '\\0041');
  return ['sh', '-c', begin, 'sluice-store', marked, ...values].map(quoted).join(' ');
}
