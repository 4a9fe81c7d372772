# What every script needs that runs on another machine, in a POSIX shell. In front of it stand folder, registry, username and password;
# its commands are called in that folder, which has a `.sluice` folder in it.

set -f
umask 077
LC_ALL=C
export LC_ALL
say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$@"
  exit 1
}
# CODE TEXT: the code is for programs, which read nothing else of it (base/codes.ts).
fail_as() {
  fail_code=$1
  shift
  say "$@"
  say "sluice-code: $fail_code"
  exit 1
}

# The registry's password is in no argument, no process's environment and no file that stays: it lies in memory where there is such a
# place, and goes when this script ends, however that is.
log_in() {
  [ -n "$username" ] || return 0
  base=$folder/.sluice
  for each_base in "${XDG_RUNTIME_DIR:-}" /dev/shm; do
    if [ -n "$each_base" ] && [ -d "$each_base" ] && [ -w "$each_base" ]; then
      base=$each_base
      break
    fi
  done
  config=$(mktemp -d "$base/login-sluice-XXXXXXXX") || fail "no temporary folder can be made in $base"
  (
    trap '' TERM INT
    while kill -0 $$; do sleep 1; done
    rm -rf "$config"
  ) < /dev/null > /dev/null 2>&1 9>&- &
  watcher=$!
  # Another folder of settings hides which engine the account has chosen.
  [ -n "${DOCKER_HOST:-}" ] || engine=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2> /dev/null)
  printf '%s' "$password" | with_login docker login --username "$username" --password-stdin "$registry" > .sluice/said 2>&1 ||
    fail_as login-refused "$registry does not let $username in: $(grep -v '^WARNING' .sluice/said | tail -n 1)"
}
with_login() {
  if [ -n "${config:-}" ]; then env DOCKER_CONFIG="$config" DOCKER_HOST="${DOCKER_HOST:-${engine:-}}" "$@"; else "$@"; fi
}
forget_login() {
  [ -z "${config:-}" ] || rm -rf "$config"
  [ -z "${watcher:-}" ] || kill -9 "$watcher" 2> /dev/null
  config= watcher=
}
