#!/usr/bin/env bash
# Looks our code and all it calls up in the Go vulnerability data, offline.
# The data are taken from ../shared/vulndb (or $LINLI_TEST_VULNDB): an archive or a folder of OSV files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/versions.sh
source_folder="${LINLI_TEST_VULNDB:-../shared/vulndb}"

archive="$(ls "$source_folder"/*.tar.* 2>/dev/null | sort | tail -1 || true)"
if [ -z "$archive" ] && [ ! -d "$source_folder/data/osv" ]; then
  echo "vulncheck: skipped, there are no vulnerability data in $source_folder"
  exit 77
fi

.ci/tools.sh govulncheck

data="$(mktemp -d)"
trap 'rm -rf "$data"' EXIT
if [ -n "$archive" ]; then
  tar -xf "$archive" -C "$data"
  echo "vulncheck: data of $(basename "$archive")"
else
  cp -r "$source_folder/data" "$data/"
fi
CGO_ENABLED=0 "$GOVULNCHECK" -db "file://$data/data/osv" ./...
