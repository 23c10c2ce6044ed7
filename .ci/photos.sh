#!/usr/bin/env bash
# What must hold of photos on whichever S3 server with-services.sh has around it. The package of photos is run whole: by a pattern, a
# test with another name stays out. Each of the three must have met the server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

.ci/must-run.sh /s3 -count=1 -timeout=10m ./storage -run Blob
.ci/must-run.sh /s3 -count=1 -timeout=10m ./storage/photo
# The main road with its photos, and whose photos they are, on the whole program.
.ci/must-run.sh 'postgres\+s3' -count=1 -timeout=10m ./cmd/linli -run '^(TestTheHeart|TestPhotosFollowTheirTicket)$'
