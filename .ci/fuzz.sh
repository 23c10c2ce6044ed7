#!/usr/bin/env bash
# Runs every fuzz test for a short while: fuzz.sh SECONDS
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds="${1:-10}"
export CGO_ENABLED=0

found=0
while read -r package folder; do
  for name in $(grep -h -o -E '^func Fuzz[A-Za-z0-9_]*\(' "$folder"/*_test.go 2>/dev/null | sed -E 's/^func ([A-Za-z0-9_]*)\(/\1/'); do
    echo "fuzz: $package $name"
    go test "$package" -run='^$' -fuzz="^$name\$" -fuzztime="${seconds}s" -parallel=2
    found=$((found + 1))
  done
done < <(go list -f '{{.ImportPath}} {{.Dir}}' ./...)

if [ "$found" = 0 ]; then
  echo "fuzz: skipped, there is no fuzz test"
  exit 77
fi
