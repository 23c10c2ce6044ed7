#!/usr/bin/env bash
# clock.sh WORDS COMMAND... : runs a command that says nothing for minutes, and says every ten seconds how long it has taken.
set -euo pipefail
words="$1"
shift

tick() {
  local pause=""
  trap 'kill "$pause" 2>/dev/null || true; exit 0' TERM
  while true; do
    # Waited for in the background: a clock that is stopped leaves no sleeper behind that holds the output open.
    sleep 10 &
    pause=$!
    wait "$pause"
    printf '%s … %d s\n' "$words" "$SECONDS"
  done
}
tick >&2 &
clock=$!
trap 'kill "$clock" 2>/dev/null || true; wait "$clock" 2>/dev/null || true' EXIT
"$@"
