#!/usr/bin/env bash
# Fuzzing: fuzz.sh SECONDS. Half of the time goes to the API, asked from its own document on both databases; the other
# half is shared by all fuzz targets, at least one second each. Before a release: fuzz.sh 57600 (16 hours).
# FUZZ_SEED changes what chance makes of the API's requests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds="${1:-60}"
export CGO_ENABLED=0

targets() {
  go list -f '{{.ImportPath}} {{.Dir}}' ./... | while read -r package folder; do
    grep -h -o -E '^func Fuzz[A-Za-z0-9_]*\(' "$folder"/*_test.go 2>/dev/null | sed -E "s,^func ([A-Za-z0-9_]*)\(,$package \1," || true
  done
}

mapfile -t all < <(targets)
if [ "${#all[@]}" = 0 ]; then
  echo "fuzz: skipped, there is no fuzz test"
  exit 77
fi

# Go's own clock may run out while a worker is at its last input, and then it says that the test failed with "context
# deadline exceeded". A real finding always names the input or the line, so that one word alone is no finding.
fuzz() {
  local log
  log="$(go test "$1" -run='^$' -fuzz="^$2\$" -fuzztime="${each}s" -parallel=2 2>&1)" && return
  echo "$log"
  grep -qE '^ +context deadline exceeded$' <<<"$log" && ! grep -qE 'Failing input|_test\.go:[0-9]+|panic:|DATA RACE' <<<"$log"
}

each=$((seconds / 2 / ${#all[@]}))
[ "$each" -gt 0 ] || each=1
echo "fuzz: ${#all[@]} targets, $each s each"
for one in "${all[@]}"; do
  read -r package name <<<"$one"
  echo "fuzz: $package $name"
  fuzz "$package" "$name"
done

echo "fuzz: the API, $((seconds / 2)) s"
.ci/with-services.sh .ci/must-run.sh APIFromItsDocument -count=1 -timeout=24h ./cmd/linli -run '^TestAPIFromItsDocument$' \
  -fuzzapi.time="$((seconds / 4 + 1))s" -fuzzapi.seed="${FUZZ_SEED:-1}"
