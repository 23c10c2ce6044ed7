#!/usr/bin/env bash
# Fuzzing: fuzz.sh SECONDS. Half of the time goes to the API, asked from its own document on both databases; the other
# half is shared by all fuzz targets, at least one second each. Before a release: fuzz.sh 57600 (16 hours).
# FUZZ_SEED changes what chance makes of the API's requests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds="${1:-60}"
export CGO_ENABLED=0

# The packages with fuzz targets, and where they lie.
packages() {
  go list -f '{{.ImportPath}} {{.Dir}}' ./... | while read -r package folder; do
    if grep -q -s -E '^func Fuzz' "$folder"/*_test.go; then
      echo "$package $folder"
    fi
  done
}

targets() {
  grep -h -o -E '^func Fuzz[A-Za-z0-9_]*\(' "$1"/*_test.go | sed -E 's,^func ([A-Za-z0-9_]*)\(,\1,'
}

mapfile -t all < <(packages)
count=0
for one in "${all[@]}"; do
  count=$((count + $(targets "${one#* }" | wc -l)))
done
if [ "$count" = 0 ]; then
  echo "fuzz: skipped, there is no fuzz test"
  exit 77
fi

built="$(mktemp -d)"
trap 'rm -rf "$built"' EXIT
# Inputs that reached new code are kept where Go itself keeps them.
cache="$(go env GOCACHE)/fuzz"

# fuzz PACKAGE FOLDER NAME. A failing input is written beside the package, as "go test -fuzz" does.
# Go's own clock may run out while a worker is at its last input, and then it says that the test failed with "context
# deadline exceeded". A real finding always names the input or the line, so that one word alone is no finding.
fuzz() {
  local log
  log="$(cd "$2" && "$built/test" -test.run='^$' -test.fuzz="^$3\$" -test.fuzztime="${each}s" -test.parallel=2 -test.fuzzcachedir="$cache/$1" 2>&1)" && return
  echo "$log"
  grep -qE '^ +context deadline exceeded$' <<<"$log" && ! grep -qE 'Failing input|_test\.go:[0-9]+|panic:|DATA RACE' <<<"$log"
}

each=$((seconds / 2 / count))
[ "$each" -gt 0 ] || each=1
echo "fuzz: $count targets, $each s each"
for one in "${all[@]}"; do
  read -r package folder <<<"$one"
  # One program for all targets of a package: linking it takes longer than a second's fuzzing.
  go test -c -fuzz=. -o "$built/test" "$package"
  for name in $(targets "$folder"); do
    echo "fuzz: $package $name"
    fuzz "$package" "$folder" "$name"
  done
done

echo "fuzz: the API, $((seconds / 2)) s"
.ci/with-services.sh .ci/must-run.sh APIFromItsDocument -count=1 -timeout=24h ./cmd/linli -run '^TestAPIFromItsDocument$' \
  -fuzzapi.time="$((seconds / 4 + 1))s" -fuzzapi.seed="${FUZZ_SEED:-1}"
