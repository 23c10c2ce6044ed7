#!/usr/bin/env bash
# Fetches the PWA's packages and builds it, each only when its input has changed: pwa.sh packages | build | check-types
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../pwa"

# Kept in node_modules: never committed, never embedded, and gone together with what they speak of.
packages_mark=node_modules/.linli-packages
build_mark=node_modules/.linli-build

packages_state() {
  cat package.json package-lock.json .npmrc 2>/dev/null | sha256sum
  node --version
}

packages() {
  if [ -f "$packages_mark" ] && [ "$(cat "$packages_mark")" = "$(packages_state)" ]; then
    echo "pwa: packages are up to date"
    return
  fi
  npm ci --no-audit --no-fund
  packages_state >"$packages_mark"
}

# Everything a build reads, by content: file times say nothing after a checkout. The API document's types are among the sources.
build_state() {
  packages_state
  find . \( -path ./node_modules -o -path ./dist -o -path ./tests -o -path ./test-results -o -path ./playwright-report \) -prune \
    -o -type f -print0 | sort -z | xargs -0 sha256sum
  sha256sum dist/index.html 2>/dev/null || echo "not built"
}

# A build empties dist, and with it the file that keeps the folder in git.
restore_placeholder() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files --deleted -z -- dist | xargs -0 --no-run-if-empty git checkout --quiet --
  fi
}

build() {
  if [ -f "$build_mark" ] && [ "$(cat "$build_mark")" = "$(build_state | sha256sum)" ]; then
    echo "pwa: the build is up to date"
    return
  fi
  rm -f "$build_mark"
  npm run build
  restore_placeholder
  build_state | sha256sum >"$build_mark"
}

# The client's types must be what the API document says. The fresh ones stay, so that a failure is mended by a commit.
check_types() {
  local types=src/api/schema.d.ts before
  before="$(mktemp)"
  cp "$types" "$before"
  npm run gen
  if ! diff -u "$before" "$types" | head -50; then
    rm -f "$before"
    echo "pwa: $types was not what ../api/openapi.json says; it is now" >&2
    return 1
  fi
  rm -f "$before"
}

case "${1:-}" in
  packages) packages ;;
  build) build ;;
  check-types) check_types ;;
  *)
    echo "usage: pwa.sh packages | build | check-types" >&2
    exit 2
    ;;
esac
