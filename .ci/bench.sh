#!/usr/bin/env bash
# Measures the built program beside its controls and writes docs/bench.md: bench.sh [flags of ./bench]
# A Postgres of its own, with its durability on, keeps the filled county between runs in $LINLI_BENCH_DIR (default: the
# folder for temporary files). Server and database have one core, the generator has the other.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/versions.sh
export CGO_ENABLED=0
dir="${LINLI_BENCH_DIR:-${TMPDIR:-/tmp}/linli-bench}"
unset LINLI_BENCH_DIR

make --no-print-directory bin/linli
go build -o bin/bench ./bench
mkdir -p "$dir"
chmod 755 "$dir"

as_postgres() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
first_core=() last_core=()
if [ "$(nproc)" -gt 1 ]; then
  first_core=(taskset -c 0)
  last_core=(taskset -c "$(($(nproc) - 1))")
fi

programs="$(postgres_folder)"
data="$dir/postgres"
port=$((20000 + RANDOM % 12000))
if [ ! -f "$data/PG_VERSION" ]; then
  mkdir -p "$data"
  if [ "$(id -u)" = 0 ]; then chown postgres "$data"; fi
  as_postgres "$programs/initdb" --no-sync --pgdata="$data" --username=linli --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
fi
stop_postgres() { as_postgres "$programs/pg_ctl" --pgdata="$data" --mode=fast --silent stop || true; }
trap stop_postgres EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"${first_core[@]}" bash -c "$(declare -f as_postgres); as_postgres \"\$@\"" _ "$programs/pg_ctl" --pgdata="$data" --silent --wait --timeout=120 --log="$data/log" \
  --options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=1GB -c max_wal_size=4GB" start

LINLI_TEST_PGBENCH="$programs/pgbench" LINLI_TEST_BENCH_POSTGRES="postgres://linli@127.0.0.1:$port/postgres?sslmode=disable" "${last_core[@]}" bin/bench -dir "$dir" "$@"
