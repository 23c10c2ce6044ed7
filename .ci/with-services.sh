#!/usr/bin/env bash
# Runs a command with a throw-away Postgres and a throw-away S3 server around it:
#   with-services.sh [--minio] COMMAND...
# The command finds them in LINLI_TEST_*. Everything listens on loopback only, on free ports, with random passwords.
# However this script ends, even by SIGKILL, the servers stop and their folders go.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/versions.sh"

kind=versitygw
if [ "${1:-}" = --minio ]; then
  kind=minio
  shift
fi
if [ $# = 0 ]; then
  echo "usage: with-services.sh [--minio] COMMAND..." >&2
  exit 2
fi

random_text() {
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# Nothing may listen on the port now. Somebody else may still take it first: the callers try again then.
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

# Postgres refuses to run as root. The account comes with Debian's package.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

# ---- Cleaning up: one keeper, outside our process group, waits until nobody holds the pipe any more.

# Not $TMPDIR: a Unix socket's path must be short, and the user postgres must be able to walk there.
work="$(mktemp -d /tmp/linli-services.XXXXXX)"
# Postgres' files are in memory where there is room: every test on it copies a database of 10 MB, and that is four times faster there.
roomy() {
  local free
  free="$(df --output=avail -k "$1" 2>/dev/null | tail -n 1)"
  [ -w "$1" ] && [ "${free:-0}" -gt $((2 * 1024 * 1024)) ]
}
memory="$work/memory"
if roomy /dev/shm; then
  memory="$(mktemp -d /dev/shm/linli-services.XXXXXX)"
  # So are the folders that tests make: SQLite waits for the disk at each commit, and what a lost machine leaves is asked by the trials.
  # The compiler's own folder stays where it was.
  mkdir "$memory/tests"
  export GOTMPDIR="${GOTMPDIR:-${TMPDIR:-/tmp}}" TMPDIR="$memory/tests"
else
  mkdir "$memory"
fi
data="$memory/postgres"
chmod 711 "$work" "$memory"
mkfifo -m 600 "$work/alive"
mkdir "$work/pids"

keeper='
  work="$1"
  trap "" HUP INT TERM
  read -r _ <"$work/alive"
  signal_all() {
    for file in "$work"/pids/*; do
      [ -f "$file" ] && kill "-$1" -- "-$(cat "$file")" 2>/dev/null
    done
  }
  any_left() {
    for file in "$work"/pids/*; do
      [ -f "$file" ] && kill -0 -- "-$(cat "$file")" 2>/dev/null && return 0
    done
    return 1
  }
  # Quick first: Postgres takes SIGQUIT as "stop now, do not tidy", and its data goes anyway.
  signal_all QUIT
  for _ in $(seq 50); do
    any_left || break
    sleep 0.1
  done
  signal_all KILL
  sleep 0.1
  rm -rf "$work" "$2"
'
setsid bash -c "$keeper" keeper "$work" "$memory" </dev/null >/dev/null 2>&1 &
keeper_pid=$!
exec 9>"$work/alive"

status=1
finish() {
  trap '' INT TERM HUP
  exec 9>&-
  wait "$keeper_pid" 2>/dev/null || true
  exit "$status"
}
trap finish EXIT
trap 'status=130; exit' INT
trap 'status=143; exit' TERM
trap 'status=129; exit' HUP

# Starts a server in a process group of its own and notes it for the keeper.
# $! would be the pid of setsid, so the new process writes its own pid before it becomes the server.
start_server() {
  local name="$1"
  shift
  rm -f "$work/pids/$name"
  setsid bash -c 'echo $$ >"$1.new" && mv "$1.new" "$1" && shift && exec "$@"' start "$work/pids/$name" "$@" \
    </dev/null >"$work/$name.log" 2>&1 9>&- &
  while [ ! -f "$work/pids/$name" ]; do
    sleep 0.01
  done
}

running() {
  kill -0 -- "-$(cat "$work/pids/$1")" 2>/dev/null
}

# Waits until the check passes; fails at once when the server has died, or after 30 seconds.
wait_until() {
  local name="$1"
  shift
  for _ in $(seq 300); do
    if "$@" >/dev/null 2>&1; then
      return 0
    fi
    if ! running "$name"; then
      return 1
    fi
    sleep 0.1
  done
  return 1
}

# GET with nothing but bash: a bare machine has no curl.
answers() {
  local port="$1" path="$2" line
  exec 7<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$path" "$port" >&7
  read -r -t 5 line <&7 || true
  exec 7>&-
  [[ "$line" == "HTTP/1.1 200"* ]]
}

start_postgres() {
  local programs password port
  if ! programs="$(postgres_folder)"; then
    echo "services: Postgres is not installed; run .ci/tools.sh postgres" >&2
    return 1
  fi
  password="$(random_text)"
  mkdir "$work/pg"
  echo "$password" >"$work/pg/password"
  chmod 600 "$work/pg/password"
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$data"
    chown -R postgres "$work/pg" "$data"
  fi
  (cd "$work/pg" && as_postgres "$programs/initdb" --no-sync --pgdata="$data" --username=linli --pwfile="$work/pg/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >"$work/initdb.log" 2>&1) || {
    cat "$work/initdb.log" >&2
    return 1
  }
  for _ in 1 2 3 4 5; do
    port="$(free_port)"
    # No durability: these data live for one run.
    if [ "$(id -u)" = 0 ]; then
      set -- runuser -u postgres --
    else
      set --
    fi
    start_server postgres "$@" "$programs/postgres" -D "$data" -p "$port" \
      -c listen_addresses=127.0.0.1 -c unix_socket_directories="$work/pg" -c max_connections=200 \
      -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c timezone=UTC
    if wait_until postgres env PGPASSWORD="$password" PGCONNECT_TIMEOUT=2 psql --host=127.0.0.1 --port="$port" --username=linli --dbname=postgres --command='select 1'; then
      export LINLI_TEST_PGBENCH="$programs/pgbench"
      export LINLI_TEST_POSTGRES="postgres://linli:$password@127.0.0.1:$port/postgres?sslmode=disable"
      return 0
    fi
  done
  cat "$work/postgres.log" >&2
  return 1
}

start_versitygw() {
  mkdir "$work/s3" "$work/meta"
  # Metadata go to a side folder: not every file system has extended attributes.
  ROOT_ACCESS_KEY="$LINLI_TEST_S3_ACCESS_KEY" ROOT_SECRET_KEY="$LINLI_TEST_S3_SECRET_KEY" \
    start_server s3 "$VERSITYGW" --port "127.0.0.1:$1" --health /healthy --quiet posix --sidecar "$work/meta" "$work/s3"
  wait_until s3 answers "$1" /healthy
}

start_minio() {
  mkdir -p "$work/s3"
  MINIO_ROOT_USER="$LINLI_TEST_S3_ACCESS_KEY" MINIO_ROOT_PASSWORD="$LINLI_TEST_S3_SECRET_KEY" MINIO_BROWSER=off MINIO_UPDATE=off \
    start_server s3 "$MINIO" server --quiet --address "127.0.0.1:$1" "$work/s3"
  wait_until s3 answers "$1" /minio/health/ready
}

start_s3() {
  local program="$VERSITYGW" port
  if [ "$kind" = minio ]; then
    program="$MINIO"
  fi
  if [ ! -x "$program" ]; then
    echo "services: $kind is not built; run .ci/tools.sh $kind" >&2
    return 1
  fi
  export LINLI_TEST_S3_KIND="$kind"
  LINLI_TEST_S3_ACCESS_KEY="linli$(random_text | cut -c1-8)"
  LINLI_TEST_S3_SECRET_KEY="$(random_text)"
  export LINLI_TEST_S3_ACCESS_KEY LINLI_TEST_S3_SECRET_KEY
  for _ in 1 2 3 4 5; do
    port="$(free_port)"
    rm -rf "$work/s3" "$work/meta"
    if "start_$kind" "$port"; then
      export LINLI_TEST_S3_ENDPOINT="127.0.0.1:$port"
      return 0
    fi
  done
  cat "$work/s3.log" >&2
  return 1
}

start_postgres
start_s3
# With this set, a test that cannot reach a service must fail instead of skipping itself.
export LINLI_TEST_REQUIRED=1
echo "services: Postgres and $kind are up" >&2

# ---- The command, in a process group of its own, so that a signal to us can be passed on to all of it.

set -m
"$@" 9>&- &
command_pid=$!
set +m
stop_command() {
  status="$1"
  kill -TERM -- "-$command_pid" 2>/dev/null || true
  for _ in $(seq 50); do
    kill -0 -- "-$command_pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "-$command_pid" 2>/dev/null || true
  exit
}
trap 'stop_command 130' INT
trap 'stop_command 143' TERM
trap 'stop_command 129' HUP
echo "$command_pid" >"$work/pids/command"

status=0
wait "$command_pid" || status=$?
rm -f "$work/pids/command"
