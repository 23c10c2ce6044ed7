#!/usr/bin/env bash
# Carries out the Dockerfile's own lines without a Docker engine, then starts what came out of it:
# each stage is a folder of its own that is entered by chroot. A stage that builds borrows this machine's system and its
# Node and Go in place of the base image; the last stage, FROM scratch, has only what was copied into it.
# Any line that this script does not understand fails it, so the two cannot drift apart.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Mounts live in a namespace of their own and vanish with it. Without root, a user namespace gives the right to mount.
if [ "${REPLAY_INSIDE:-}" != yes ]; then
  export REPLAY_INSIDE=yes
  if [ "$(id -u)" = 0 ]; then
    exec unshare --mount --propagation private --fork --pid --mount-proc --kill-child=SIGTERM bash "${BASH_SOURCE[0]}" "$@"
  fi
  export REPLAY_USER_NAMESPACE=yes
  exec unshare --user --map-root-user --mount --propagation private --fork --pid --mount-proc --kill-child=SIGTERM bash "${BASH_SOURCE[0]}" "$@"
fi

work="$(mktemp -d /tmp/linli-replay.XXXXXX)"
chmod 711 "$work"
server_pid=""
mounts=()

# Unmounted by name before anything is removed: rm must never reach the machine's own folders through a mount.
finish() {
  local place
  trap '' INT TERM
  if [ -n "$server_pid" ]; then
    kill -KILL "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
  fi
  for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do
    place="${mounts[$i]}"
    umount --lazy "$place" || {
      echo "replay: $place stays mounted, so $work is left alone" >&2
      exit 1
    }
  done
  if grep -qF "$work" /proc/self/mountinfo; then
    echo "replay: something is still mounted in $work, so it is left alone" >&2
    exit 1
  fi
  rm -rf --one-file-system "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "replay: $*" >&2
  exit 1
}

borrow() {
  local place="$1" option="$2"
  mkdir -p "$root$place"
  # /dev and /proc have mounts of their own inside them; an unprivileged namespace may only take them along.
  mount --rbind "$place" "$root$place"
  mounts+=("$root$place")
  if [ "$option" = read-only ]; then
    mount -o remount,bind,ro "$root$place" 2>/dev/null || true
  fi
}

# ---- The build context, as .dockerignore leaves it.

context="$work/context"
mkdir "$context"
git init --quiet --bare "$work/listing.git"
git --git-dir="$work/listing.git" --work-tree="$PWD" -c core.excludesFile=/dev/null ls-files --others -z --exclude-from=.dockerignore \
  | grep --null-data --invert-match '^\.git/' \
  | tar --create --null --files-from=- | tar --extract --directory="$context"

# ---- The stages.

declare -A stage_roots=()
root=""
folder=/
user=""
variables=()
arguments=()
entrypoint=()
command=()
healthcheck=()
steps=0

begin_stage() {
  local image="$1" name="$2"
  root="$work/stage-${#stage_roots[@]}"
  mkdir "$root"
  chmod 755 "$root"
  stage_roots["${name:-last}"]="$root"
  folder=/
  user=""
  variables=()
  arguments=()
  if [ "$image" = scratch ]; then
    return
  fi
  local place
  for place in /usr /etc /opt; do
    if [ -d "$place" ]; then
      borrow "$place" read-only
    fi
  done
  for place in /bin /lib /lib64 /sbin; do
    if [ -L "$place" ]; then
      cp --no-dereference "$place" "$root$place"
    elif [ -d "$place" ]; then
      borrow "$place" read-only
    fi
  done
  borrow /dev as-it-is
  borrow /proc as-it-is
  # Packages fetched before need not be fetched again.
  borrow "$HOME" as-it-is
  mkdir -p "$root/tmp"
  chmod 1777 "$root/tmp"
}

# A JSON list of plain words.
words_of() {
  [[ "$1" == \[*\] ]] || fail "expected a JSON list: $1"
  sed -e 's/^\[//' -e 's/\]$//' -e 's/"//g' -e 's/,/ /g' <<<"$1"
}

absolute() {
  case "$1" in
    /*) echo "$1" ;;
    *) echo "${folder%/}/${1#./}" ;;
  esac
}

do_copy() {
  local source_root="$context" owner="" sources=() destination source
  while [[ "${1:-}" == --* ]]; do
    case "$1" in
      --from=*) source_root="${stage_roots[${1#--from=}]:?no such stage}" ;;
      --chown=*) owner="${1#--chown=}" ;;
      *) fail "COPY $1 is not understood" ;;
    esac
    shift
  done
  [ $# -ge 2 ] || fail "COPY needs two names"
  sources=("${@:1:$#-1}")
  destination="$root$(absolute "${!#}")"
  case "${!#}" in
    */ | . | ./) mkdir -p "$destination" ;;
    *) mkdir -p "$(dirname "$destination")" ;;
  esac
  for source in "${sources[@]}"; do
    source="$source_root/${source#/}"
    [ -e "$source" ] || fail "COPY: ${source#"$source_root"/} is not there (or .dockerignore leaves it out)"
    if [ -d "$source" ]; then
      mkdir -p "$destination"
      cp --recursive --no-target-directory --preserve=mode,timestamps,links "$source" "$destination"
    else
      cp --preserve=mode,timestamps --dereference "$source" "$destination"
    fi
  done
  if [ -n "$owner" ] && [ "${REPLAY_USER_NAMESPACE:-}" != yes ]; then
    chown --recursive "$owner" "$destination"
  fi
}

do_run() {
  case "$1" in
    --*) fail "RUN $1 is not understood" ;;
  esac
  # The machine's own settings for its package registries come along; nothing of them is written down here.
  env "${variables[@]}" "${arguments[@]}" chroot "$root" /bin/sh -c "cd '$folder' && $1" </dev/null
}

plain_pairs() {
  case "$1" in
    *[\"\'\\]*) fail "quotes are not understood: $1" ;;
  esac
}

carry_out() {
  local instruction="$1" rest="$2" pair
  steps=$((steps + 1))
  printf 'replay: %s %s\n' "$instruction" "$rest"
  case "$instruction" in
    FROM)
      # shellcheck disable=SC2086
      set -- $rest
      begin_stage "$1" "${3:-}"
      ;;
    WORKDIR)
      folder="$(absolute "$rest")"
      mkdir -p "$root$folder"
      ;;
    COPY)
      # shellcheck disable=SC2086
      do_copy $rest
      ;;
    RUN) do_run "$rest" ;;
    ENV)
      plain_pairs "$rest"
      for pair in $rest; do variables+=("$pair"); done
      ;;
    ARG)
      plain_pairs "$rest"
      arguments+=("$rest")
      ;;
    USER) user="$rest" ;;
    # shellcheck disable=SC2207
    ENTRYPOINT) entrypoint=($(words_of "$rest")) ;;
    # shellcheck disable=SC2207
    CMD) command=($(words_of "$rest")) ;;
    # shellcheck disable=SC2207
    HEALTHCHECK) healthcheck=($(words_of "${rest#*CMD }")) ;;
    EXPOSE | VOLUME) ;;
    *) fail "the instruction $instruction is not understood" ;;
  esac
}

line=""
while IFS= read -r text || [ -n "$text" ]; do
  case "$text" in
    \#*) continue ;;
    *\\)
      line="$line${text%\\} "
      continue
      ;;
  esac
  line="$line$text"
  if [ -n "${line// /}" ]; then
    carry_out "${line%% *}" "$(sed 's/^ *//' <<<"${line#* }")"
  fi
  line=""
done <Dockerfile

# ---- Start it as the image would.

[ "$steps" -gt 0 ] || fail "the Dockerfile has no lines"
[ -n "$user" ] && [ "${user%%:*}" != 0 ] && [ "${user%%:*}" != root ] || fail "the image would run as root"
[ ${#healthcheck[@]} -gt 0 ] || fail "the image has no health check"
printf 'replay: the image would hold these files:\n'
(cd "$root" && find . -type f -printf '  %P %s bytes\n' | sort)

# An engine gives these to every container.
borrow /dev as-it-is
borrow /proc as-it-is

free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 7<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

as_user=("$(command -v chroot)" "--userspec=$user")
if [ "${REPLAY_USER_NAMESPACE:-}" = yes ]; then
  # Only our own account exists in here, and outside it is not root either.
  as_user=("$(command -v chroot)")
fi
port="$(free_port)"
# A list of words and not a function: in the background it must become the program itself, for its account to be seen.
# Outside the demo the program wants to be told how texts are sent; nothing is sent here, and nothing listens there.
settings=(
  "LINLI_ADDR=127.0.0.1:$port"
  LINLI_SMS_PROVIDER=http
  LINLI_SMS_URL=https://sms-gateway.example.cn/
  "LINLI_SMS_KEY=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
)
in_image=(env --ignore-environment PATH=/ "${variables[@]}" "${settings[@]}" "${as_user[@]}" "$root")

"${in_image[@]}" "${entrypoint[@]}" "${command[@]}" >"$work/log" 2>&1 </dev/null &
server_pid=$!
well=no
for _ in $(seq 240); do
  if timeout 10 "${in_image[@]}" "${healthcheck[@]}" >/dev/null 2>&1; then
    well=yes
    break
  fi
  kill -0 "$server_pid" 2>/dev/null || break
  sleep 0.25
done
if [ "$well" != yes ]; then
  cat "$work/log" >&2
  fail "the program did not become healthy"
fi

line=""
exec 7<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&7
read -r -t 10 line <&7 || true
exec 7>&-
[[ "$line" == "HTTP/1.1 200"* ]] || fail "/healthz answered: $line"

# The account of the process itself, not the one we asked for.
running_as="$(awk '/^Uid:/ { print $2 }' "/proc/$server_pid/status")"
if [ "${REPLAY_USER_NAMESPACE:-}" != yes ] && [ "$running_as" != "${user%%:*}" ]; then
  fail "the program runs as $running_as"
fi

kill -TERM "$server_pid"
code=0
wait "$server_pid" || code=$?
server_pid=""
[ "$code" = 0 ] || fail "the program ended with $code after SIGTERM"
if timeout 10 "${in_image[@]}" "${healthcheck[@]}" >/dev/null 2>&1; then
  fail "the health check passes though nothing runs: it checks nothing"
fi
echo "replay: healthy as user ${running_as}, stopped cleanly on SIGTERM"
