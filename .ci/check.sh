#!/usr/bin/env bash
# Checks that need no running service: check.sh format | layers | vet | lint | api-document | shell
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

# Who may import whom: models nothing of ours and no I/O, storage and api only models, cmd everything.
# GORM and the databases belong to storage, Fiber, huma and JWT to api.
check_layers() {
  local imports
  imports="$(go list -e -f '{{$p := .ImportPath}}{{range .Imports}}{{$p}} {{.}}{{"\n"}}{{end}}' ./...)"
  printf '%s\n' "$imports" | awk '
    function top(path, part) { split(path, part, "/"); return part[2] }
    BEGIN {
      allowed["storage", "models"]
      allowed["api", "models"]
      allowed["cmd", "models"]; allowed["cmd", "storage"]; allowed["cmd", "api"]; allowed["cmd", "pwa"]
      owner["gorm.io/"] = "storage"
      owner["github.com/jackc/"] = "storage"
      owner["modernc.org/"] = "storage"
      owner["github.com/minio/"] = "storage"
      owner["github.com/pressly/"] = "storage"
      owner["github.com/gofiber/"] = "api"
      owner["github.com/valyala/"] = "api"
      owner["github.com/danielgtaylor/"] = "api"
      owner["github.com/golang-jwt/"] = "api"
      split("net net/http os os/exec io/fs database/sql log log/slog", list, " ")
      for (i in list) outside[list[i]]
    }
    $1 !~ /^linli/ { next }
    NF == 2 {
      seen++
      here = top($1); there = top($2)
      if ($2 ~ /^linli\// && here != there && !((here, there) in allowed)) { print $1 " must not import " $2; bad = 1 }
      if (here == "models" && $2 ~ /^[^\/]*\./) { print $1 " must not import " $2 ": models use the standard library only"; bad = 1 }
      if (here == "models" && $2 in outside) { print $1 " must not import " $2 ": models do no I/O"; bad = 1 }
      for (module in owner) if (index($2, module) == 1 && here != owner[module]) { print $1 " must not import " $2 ", which belongs to " owner[module]; bad = 1 }
    }
    END {
      if (seen < 10) { print "only " seen + 0 " imports seen: this check looked at nothing"; bad = 1 }
      exit bad
    }'
}

check_vet() {
  go vet ./...
}

# Only what is almost surely a mistake, and code that nobody uses.
check_lint() {
  "$STATICCHECK" -checks 'SA*,U1000' ./...
}

# The committed API document must be what the program says.
check_api_document() {
  local fresh
  fresh="$(mktemp)"
  go run ./cmd/linli openapi >"$fresh"
  if ! diff -u api/openapi.json "$fresh" | head -50; then
    rm -f "$fresh"
    echo "api/openapi.json is out of date: run make openapi types" >&2
    return 1
  fi
  rm -f "$fresh"
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
  api-document) check_api_document ;;
  shell) check_shell ;;
  *)
    echo "usage: check.sh format | layers | vet | lint | api-document | shell" >&2
    exit 2
    ;;
esac
