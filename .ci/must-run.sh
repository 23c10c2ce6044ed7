#!/usr/bin/env bash
# must-run.sh NAME ARGUMENTS... : "go test -v ARGUMENTS...", which fails also when no test whose name holds NAME has passed.
# A -run pattern that matches nothing passes in silence otherwise.
set -euo pipefail
name="$1"
shift

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
go test -v "$@" 2>&1 | tee "$log"
if ! grep -qE "^ *--- PASS: .*$name" "$log"; then
  echo "must-run: no test with $name in its name has passed" >&2
  exit 1
fi
echo "must-run: $(grep -cE '^--- PASS' "$log") tests passed"
