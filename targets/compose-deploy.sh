# Puts images of services in place of the old ones in a compose project of this machine. Runs after on-host.sh, as the account that
# logged in, in a POSIX shell. What to do stands in front of it (targets/compose-deploy.ts):
#   folder, project_name, frame, masks, registry, username, password, lock_seconds, record   and
#   each COMMAND…   calls COMMAND… with the arguments of each service, in the order of their lines, until one fails:
#     NAME LINE BEFORE AFTER QUOTE IMAGE DIGEST SECONDS   (line LINE of the file is BEFORE, a scalar in QUOTE, AFTER)
# It can be killed anywhere: the file is the old one or the new one, and the next run ends what this one began. What that has to
# know is in .sluice/journal, a line for each service: its scalar before, its new one, its container and that one's image before.
# Standard output is one JSON object, standard error is for people; the line "sluice-code: …" at its end is for programs.

# A point at which tests kill this script.
step() { :; }
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
tab=$(printf '\t')
me="$(id -un) from ${SSH_CONNECTION%% *}"

main() {
  # Whoever started this may be gone: what was begun is brought to an end all the same.
  trap '' PIPE HUP
  trap 'exit 143' TERM INT
  trap forget_login EXIT
  cd "$folder" 2> /dev/null || fail "there is no folder $folder, or $(id -un) may not enter it"
  file=$(readlink -f docker-compose.yml)
  [ -f "$file" ] || fail "there is no docker-compose.yml in $folder"
  place=$(dirname "$file")
  mkdir -p -m 700 .sluice 2> /dev/null && [ -w .sluice ] ||
    fail_as folder-refused "$(id -un) may not write into $folder"
  take_lock
  step locked
  find "$place" -maxdepth 1 -name '.docker-compose.yml.sluice.*' -exec rm -f {} +
  find .sluice -maxdepth 1 -name 'login-*' -exec rm -rf {} +
  find_tools
  [ "$(frame_of "$file")" = "$frame" ] || changed_since
  plans= touched= resumed= failure= tried=
  each plan
  if [ -n "$touched" ]; then
    # What it can't read it could neither start nor bring back.
    in_project config --quiet || fail_as file-unreadable "$compose can't read docker-compose.yml; nothing was changed"
    log_in
    step logged-in
    each pull
    forget_login
    step pulled
    deploy || go_back
  elif ! each await; then
    [ -z "$resumed" ] || { tried=yes && go_back; }
    fail "$(cat .sluice/problem); nothing was changed"
  fi
  step done
  rm -f .sluice/journal .sluice/problem .sluice/said
  separator=
  printf '{"services":{'
  each report
  printf '}}\n'
}

# Two runs at once would undo each other's work. The kernel takes this lock away from whoever dies, and from nobody else.
take_lock() {
  command -v flock > /dev/null || fail_as program-missing 'flock is missing on this machine: install util-linux'
  exec 9>> .sluice/lock
  if ! flock -n 9; then
    say "waiting for $(cat .sluice/lock), at work in $folder"
    flock -w "$lock_seconds" 9 ||
      fail_as folder-busy "$folder is being worked in by $(cat .sluice/lock): run again when that has ended"
  fi
  printf '%s since %s, process %s\n' "$me" "$(now)" "$$" > .sluice/lock
}

find_tools() {
  problem=$(docker version --format '{{.Server.Version}}' 2>&1) ||
    fail_as engine-refused "$(id -un) can't use the Docker engine: $(printf '%s' "$problem" | tail -n 1)"
  if docker compose version > /dev/null 2>&1; then
    compose='docker compose'
  elif docker-compose version > /dev/null 2>&1; then
    compose=docker-compose
  else
    fail_as program-missing 'there is neither "docker compose" nor "docker-compose" on this machine'
  fi
  # The name under which it runs; before anything runs, the one that compose itself would take.
  for each_folder in "$folder" "$(pwd -P)"; do
    project=$(docker ps --all --filter "label=com.docker.compose.project.working_dir=$each_folder" \
      --format '{{.Label "com.docker.compose.project"}}' | head -n 1)
    [ -z "$project" ] || return 0
  done
  [ ! -f .env ] || project=$(sed -n 's/^COMPOSE_PROJECT_NAME=["'\'']\{0,1\}\([a-zA-Z0-9_-]*\).*/\1/p' .env | tail -n 1)
  [ -n "$project" ] || project=$project_name
  [ -n "$project" ] || project=$(basename "$folder" | tr '[:upper:]' '[:lower:]' | tr -cd 'a-z0-9_-' | sed 's/^[-_]*//')
}

in_project() {
  $compose -p "$project" "$@" < /dev/null > .sluice/said 2>&1 && return
  tail -n 5 .sluice/said >&2
  return 1
}
containers_of() {
  docker ps --all --quiet --no-trunc --filter "label=com.docker.compose.project=$project" \
    --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False
}
# ID: its image, and whether it runs.
state_of() { docker inspect --format '{{.Image}} {{if .State.Running}}running{{else}}stopped{{end}}' "$1"; }
# Whether an image is the one of a digest.
is_digest() { docker image inspect --format '{{.Id}} {{range .RepoDigests}}{{println .}}{{end}}' "$1" 2> /dev/null | grep -qF "$2"; }

# All of a file but the lines with the images.
frame_of() { printf '%s\n' "$(sed "$masks" "$1")" | sha256sum | cut -d ' ' -f 1; }
changed_since() { fail_as file-changed "$file was changed after this update had looked at it: run the update again"; }

# NAME LINE BEFORE AFTER: the scalar of a service, in $scalar
read_scalar() {
  line=$(sed -n "$2p" "$file")
  case $line in "$3"*"$4") ;; *) changed_since ;; esac
  scalar=${line#"$3"}
  scalar=${scalar%"$4"}
  case $scalar in '' | *[!A-Za-z0-9._/:@\"\'-]*) changed_since ;; esac
}

# What is to be done about a service: it is $touched when its line or its container is not as wanted.
plan() {
  read_scalar "$@"
  ids=$(containers_of "$1")
  wanted=$5$6$5
  case $scalar in *"@$7$5") wanted=$scalar ;; *) touched="$touched $1" ;; esac
  [ -n "$ids" ] || touched="$touched $1"
  was=none image=
  for id in $ids; do
    state=$(state_of "$id")
    image=${state% *} was=${state#* }
    [ "$was" = running ] && is_digest "$image" "$7" || touched="$touched $1"
  done
  old=$scalar
  # What a killed run has begun is taken back, if need be, to what that one found.
  noted=$([ ! -f .sluice/journal ] || awk -F "$tab" -v name="$1" '$1 == name' .sluice/journal)
  if [ -n "$noted" ]; then
    before=$(field "$noted" 2) after=$(field "$noted" 3)
    if [ "$scalar" = "$before" ] || [ "$scalar" = "$after" ]; then
      old=$before was=$(field "$noted" 4) image=$(field "$noted" 5)
      resumed="$resumed $1"
    fi
  fi
  plans="$plans$1$tab$old$tab$wanted$tab$was$tab$image
"
}
field() { printf '%s' "$1" | cut -f "$2"; }
# NAME FIELD: of a service's plan, 2 the scalar before, 3 the scalar wanted, 4 its container before, 5 that one's image
planned() { printf '%s' "$plans" | awk -F "$tab" -v name="$1" -v field="$2" '$1 == name { print $field }'; }
is_touched() { case " $touched " in *" $1 "*) ;; *) return 1 ;; esac; }

pull() {
  is_touched "$1" || return 0
  reference=${6%%@*}
  case ${reference##*/} in *:*) reference=${reference%:*} ;; esac
  say "$1: pulling $6"
  with_login docker pull --quiet "$reference@$7" < /dev/null > .sluice/said 2>&1 ||
    fail "$1: $6 can't be pulled: $(tail -n 1 .sluice/said)"
}

deploy() {
  printf '%s' "$plans" > .sluice/journal.new && { sync .sluice/journal.new 2> /dev/null || sync; } &&
    mv -f .sluice/journal.new .sluice/journal || fail "$folder/.sluice can't be written"
  step noted
  write_file 3 || return 1
  step written
  tried=yes
  each replace || return 1
  step started
  each await || return 1
  step healthy
}

# FIELD: writes the file with these scalars of the plans, if that changes it. Whoever reads it meanwhile reads the old one or the new one.
write_file() {
  same=yes
  each compare "$1"
  [ "$same" = no ] || return 0
  draft=$place/.docker-compose.yml.sluice.$$
  printf '%s' "$file can't be written" > .sluice/problem
  cp -a "$file" "$draft" || return 1
  if [ "$(stat -c '%u %g %a' "$draft")" != "$(stat -c '%u %g %a' "$file")" ]; then
    rm -f "$draft"
    printf '%s' "$file belongs to $(stat -c %U:%G "$file"), which $(id -un) can't give a file to" > .sluice/problem
    failure=file-of-another
    return 1
  fi
  lines=$(wc -l < "$file")
  next=1
  {
    each emit "$1"
    tail -n "+$next" "$file"
  } > "$draft"
  if [ "$(frame_of "$draft")" != "$frame" ]; then
    rm -f "$draft"
    return 1
  fi
  sync "$draft" 2> /dev/null || sync
  step drafted
  mv -f "$draft" "$file" || return 1
  sync "$place" 2> /dev/null || sync
}
compare() {
  wanted_field=$1
  shift
  read_scalar "$@"
  [ "$scalar" = "$(planned "$1" "$wanted_field")" ] || same=no
}
emit() {
  if [ "$3" -gt "$next" ]; then head -n "$(($3 - 1))" "$file" | tail -n "+$next"; fi
  printf '%s' "$4$(planned "$2" "$1")$5"
  [ "$3" -gt "$lines" ] || printf '\n'
  next=$(($3 + 1))
}

replace() {
  is_touched "$1" || return 0
  say "$1: its container is replaced"
  printf '%s' "$1 can't be started" > .sluice/problem
  in_project rm --stop --force "$1" || return 1
  step removed
  in_project up --detach --no-deps --no-build "$1" || return 1
  for id in $(containers_of "$1"); do
    state=$(state_of "$id")
    is_digest "${state% *}" "$7" && continue
    printf '%s' "$1 runs another image than docker-compose.yml names: does an override file name one?" > .sluice/problem
    return 1
  done
}

# Waits until a service's containers are healthy; without a health check, until they have been seen running five times in a row.
await() {
  waited=0 seen=0
  while :; do
    ids=$(containers_of "$1")
    state=healthy what=
    [ -n "$ids" ] || state=ill what='is gone'
    for id in $ids; do
      look "$id"
      [ "$state" != ill ] || break
    done
    case $state in
    ill) break ;;
    healthy) return 0 ;;
    running)
      seen=$((seen + 1))
      [ "$seen" -lt 5 ] || return 0
      ;;
    esac
    if [ "$waited" -ge "$8" ]; then
      what="$what after $8 s"
      break
    fi
    sleep 1
    waited=$((waited + 1))
  done
  printf '%s' "$1 $what" > .sluice/problem
  for id in $ids; do
    say "the last words of $1:"
    docker logs --tail 20 "$id" 2>&1 | sed 's/^/    /' >&2
  done
  return 1
}
# Adds one container to $state (healthy, running, waiting, ill) and $what.
look() {
  set -- $(docker inspect --format \
    '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{.RestartCount}} {{.State.ExitCode}}' "$1")
  if [ "${3:-0}" -gt 0 ] && [ "${2:-}" != healthy ]; then
    state=ill what="was started again $3 times, it exits (code $4)"
    return
  fi
  case "${1:-gone} ${2:-}" in
  'running healthy') ;;
  'running none') [ "$state" = waiting ] || state=running ;;
  'running starting') state=waiting what='is not healthy yet' ;;
  'created '*) state=waiting what='is not running yet' ;;
  'running unhealthy') state=ill what='is unhealthy' ;;
  *) state=ill what="is ${1:-gone} (code ${4:-unknown})" ;;
  esac
}

# The file and the containers as they were before, which is looked at.
go_back() {
  problem=$(cat .sluice/problem)
  say "$problem: going back"
  # What was never started is not at fault.
  [ -z "$tried" ] || record_failure
  write_file 2 ||
    fail_as "${failure:-stuck-halfway}" "$problem; and the file can't be put back: $(cat .sluice/problem). The next run tries again"
  step put-back
  each restore ||
    fail_as "${failure:-stuck-halfway}" "$problem; docker-compose.yml is as before, but $(cat .sluice/problem). The next run tries again"
  step went-back
  rm -f .sluice/journal .sluice/problem .sluice/said
  fail_as "${failure:-went-back}" "$problem; docker-compose.yml and what runs are as before"
}
restore() {
  case " $touched $resumed " in *" $1 "*) ;; *) return 0 ;; esac
  was=$(planned "$1" 4) image=$(planned "$1" 5)
  old=$(planned "$1" 2)
  old=${old#"$5"}
  old=${old%"$5"}
  printf '%s' "the former container of $1 can't be brought back" > .sluice/problem
  # Nothing has been done to it yet.
  for id in $(containers_of "$1"); do
    [ "$(state_of "$id")" != "$image $was" ] || return 0
  done
  in_project rm --stop --force "$1" || return 1
  step cleared
  [ "$was" != none ] || return 0
  # A tag may have come to stand for another image than the one that ran.
  if [ "$(docker image inspect --format '{{.Id}}' "$old" 2> /dev/null)" != "$image" ]; then
    case $old in *@*) ;; *) docker tag "$image" "$old" 2> .sluice/said || return 1 ;; esac
  fi
  if [ "$was" = stopped ]; then
    in_project up --no-start --no-deps --no-build "$1"
    return
  fi
  in_project up --detach --no-deps --no-build "$1" || return 1
  step restored
  if ! await "$@" 2> .sluice/said; then
    problem_now=$(cat .sluice/problem)
    printf '%s' "the former image runs again and $problem_now" > .sluice/problem
    return 1
  fi
}

# Whoever asked for the deployment may not live to see it fail: the next one to look takes what is noted here into the ledger.
record_failure() {
  summary=$(printf '%s' "$problem" | tr -d '\\"\000-\037')
  printf '\n%s,"at":"%s","by":"%s","summary":"%s"}\n' "$record" "$(now)" "$me" "$summary" >> .sluice/failures.jsonl
}

report() {
  container=
  for id in $(containers_of "$1"); do container=$(docker inspect --format '{{.Name}}' "$id" | sed 's,^/,,'); done
  read_scalar "$@"
  scalar=${scalar#"$5"}
  printf '%s"%s":{"digest":"%s","image":"%s","container":"%s"}' "$separator" "$1" "$7" "${scalar%"$5"}" "$container"
  separator=,
}
