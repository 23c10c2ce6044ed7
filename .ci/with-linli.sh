#!/usr/bin/env bash
# Runs a command with the built program serving the demo county around it, on a free loopback port over a folder of its own:
#   with-linli.sh [--services] COMMAND...
# The command finds it in LINLI_URL, and the program itself in LINLI_BIN.
# With --services, inside with-services.sh, it stands on that Postgres and that S3 server instead of SQLite and the folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program="$PWD/bin/linli"
services=no
if [ "${1:-}" = --services ]; then
  services=yes
  shift
fi
if [ $# = 0 ]; then
  echo "usage: with-linli.sh [--services] COMMAND..." >&2
  exit 2
fi

work="$(mktemp -d /tmp/linli-server.XXXXXX)"
server_pid=""
command_pid=""

finish() {
  trap '' INT TERM HUP
  stop "$command_pid"
  stop "$server_pid"
  rm -rf "$work"
}

# Asks a process group to stop, insists after ten seconds.
stop() {
  # A bare "return" inside an EXIT trap would hand back the script's own code, and -e would cut the tidying short.
  if [ -z "$1" ]; then
    return 0
  fi
  kill -TERM -- "-$1" 2>/dev/null || return 0
  for _ in $(seq 100); do
    kill -0 -- "-$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$1" 2>/dev/null || true
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Nothing may listen there now. Where somebody takes it in between, the program ends at once and we try another.
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

answers() {
  local line
  exec 7<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$1" >&7
  read -r -t 5 line <&7 || true
  exec 7>&-
  [[ "$line" == "HTTP/1.1 200"* ]]
}

# A database of its own, empty, and a bucket of its own: both servers are thrown away with everything in them.
use_services() {
  local name
  if [ -z "${LINLI_TEST_POSTGRES:-}" ] || [ -z "${LINLI_TEST_S3_ENDPOINT:-}" ]; then
    echo "with-linli: --services needs with-services.sh around it" >&2
    exit 2
  fi
  name="linli_browser_$1_$RANDOM"
  psql --quiet --dbname="$LINLI_TEST_POSTGRES" --command="create database $name"
  export LINLI_DATABASE_URL="${LINLI_TEST_POSTGRES/\/postgres?//$name?}"
  export LINLI_S3_ENDPOINT="$LINLI_TEST_S3_ENDPOINT"
  export LINLI_S3_BUCKET="linli-browser-$1-$RANDOM"
  export LINLI_S3_ACCESS_KEY="$LINLI_TEST_S3_ACCESS_KEY"
  export LINLI_S3_SECRET_KEY="$LINLI_TEST_S3_SECRET_KEY"
  export LINLI_S3_TLS=0
  # With Postgres several programs may share the work, so the key of the sign-ins comes from outside.
  LINLI_SECRET_KEYS="browser:$(head -c 32 /dev/urandom | base64 -w 0)"
  export LINLI_SECRET_KEYS
}

# The demo county takes a while to come up on a slow machine. Should we be killed outright, the kernel tells the program to stop.
start() {
  local port="$1"
  set -m
  (
    unset LINLI_TOOLS LINLI_BIN LINLI_URL
    if [ "$services" = yes ]; then
      use_services "$port"
    fi
    # One resident of the demo files for every test of a suite within a day.
    LINLI_FILINGS_PER_DAY=100 LINLI_DEMO=1 LINLI_ADDR="127.0.0.1:$port" LINLI_DATA_DIR="$work/data" exec setpriv --pdeathsig TERM "$program" serve
  ) </dev/null >"$work/log" 2>&1 &
  server_pid=$!
  set +m
  for _ in $(seq 1200); do
    if answers "$port" >/dev/null 2>&1; then
      return 0
    fi
    if ! kill -0 "$server_pid" 2>/dev/null; then
      return 1
    fi
    sleep 0.25
  done
  return 1
}

for attempt in 1 2 3; do
  port="$(free_port)"
  if start "$port"; then
    break
  fi
  tail -50 "$work/log" >&2
  stop "$server_pid"
  server_pid=""
  if [ "$attempt" = 3 ] || ! grep -qi 'address already in use' "$work/log"; then
    echo "with-linli: the program did not start" >&2
    exit 1
  fi
done
export LINLI_URL="http://127.0.0.1:$port"
export LINLI_BIN="$program"
echo "with-linli: ready after $SECONDS s" >&2

set -m
"$@" &
command_pid=$!
set +m
status=0
wait "$command_pid" || status=$?
command_pid=""
if [ "$status" != 0 ]; then
  echo "with-linli: the last lines of the program's log:" >&2
  tail -50 "$work/log" >&2
fi
exit "$status"
