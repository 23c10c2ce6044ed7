#!/usr/bin/env bash
# Runs the browser tests of the bad line against the built program; the proxy is the one that tools.sh keeps.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/versions.sh
.ci/tools.sh toxiproxy
export LINLI_TEST_TOXIPROXY="$TOXIPROXY"
exec .ci/with-linli.sh npm --prefix pwa run net
