#!/usr/bin/env bash
# From a bare machine to a running Linli with the demo county: what "make run" does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for program in go node npm git; do
  if ! command -v "$program" >/dev/null; then
    echo "Linli needs $program to build itself. Please install it and try again." >&2
    exit 1
  fi
done
if ! node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'; then
  echo "Linli needs Node 20.19 or newer; this is $(node --version)." >&2
  exit 1
fi

echo "[1/4] fetching the app's packages …"
.ci/clock.sh "[1/4] still fetching" bash .ci/pwa.sh packages
echo "[2/4] building the app …"
.ci/clock.sh "[2/4] still building the app" bash .ci/pwa.sh build
echo "[3/4] building the program (the first time takes some minutes) …"
.ci/clock.sh "[3/4] still building the program" make --no-print-directory bin/linli

address="${LINLI_ADDR:-:8080}"
scheme=http
if [ -n "${LINLI_TLS_CERT:-}" ]; then
  scheme=https
fi
case "$address" in
  :*) url="$scheme://localhost$address" ;;
  *) url="$scheme://$address" ;;
esac
echo "[4/4] starting on $url with the data in ${LINLI_DATA_DIR:-./data}; Ctrl-C stops it"
# A setting of the test tools; the program refuses names that it does not know.
unset LINLI_TOOLS
export LINLI_DEMO="${LINLI_DEMO:-1}"
exec bin/linli serve
