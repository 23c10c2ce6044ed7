#!/usr/bin/env bash
# Checks that need no running service: check.sh format | layers | vet | lint | shell | alerts
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/versions.sh
export CGO_ENABLED=0

check_format() {
  local wrong
  wrong="$(find . -name '*.go' -not -path '*/node_modules/*' -print0 | xargs -0 gofmt -l)"
  if [ -n "$wrong" ]; then
    printf 'gofmt would change these files:\n%s\n' "$wrong" >&2
    return 1
  fi
}

# Who may import whom is a test, so that it has tests of its own.
check_layers() {
  .ci/must-run.sh TestLayers -count=1 -run='^TestLayers' ./cmd/linli
}

check_vet() {
  go vet ./...
  go vet -tags crashtest ./storage ./cmd/linli
}

# Only what is almost surely a mistake, and code that nobody uses.
check_lint() {
  "$STATICCHECK" -checks 'SA*,U1000' ./...
}

# As "promtool check rules" does, with the parsers of Prometheus itself.
check_alerts() {
  (cd .ci/alerts && go run . ../../docs/watching/alerts.yaml ../../docs/watching/dashboard.json)
}

check_shell() {
  local script
  for script in .ci/run .ci/*.sh; do
    bash -n "$script"
  done
}

case "${1:-}" in
  format) check_format ;;
  layers) check_layers ;;
  vet) check_vet ;;
  lint) check_lint ;;
  shell) check_shell ;;
  alerts) check_alerts ;;
  *)
    echo "usage: check.sh format | layers | vet | lint | shell | alerts" >&2
    exit 2
    ;;
esac
