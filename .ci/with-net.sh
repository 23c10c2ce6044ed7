#!/usr/bin/env bash
# Runs the browser tests of the bad line against the built program; the proxy is the one that tools.sh keeps.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/versions.sh
.ci/tools.sh toxiproxy
export LINLI_TEST_TOXIPROXY="$TOXIPROXY"
export LINLI_FILINGS_PER_DAY=0 # ten phones of few accounts file for a whole county here
exec .ci/with-linli.sh npm --prefix pwa run net
