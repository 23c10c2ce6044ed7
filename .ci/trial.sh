#!/usr/bin/env bash
# Does to the built program what the world will do to it: trial.sh [flags] NAME...
# Flags and names are those of ./trial; without a name it lists them. Postgres and an S3 server are around it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CGO_ENABLED=0

make --no-print-directory bin/linli
go build -o bin/trial ./trial
# The controls need a program that can be told to leave something out; the product must not even know the word.
go build -tags crashtest -o bin/linli-crashtest ./cmd/linli
if grep -q LINLI_TEST_LEAVE_OUT bin/linli; then
  echo "trial: bin/linli can be told to leave out what keeps acknowledged writes" >&2
  exit 1
fi
if ! grep -q LINLI_TEST_LEAVE_OUT bin/linli-crashtest; then
  echo "trial: bin/linli-crashtest is not what the controls need" >&2
  exit 1
fi
exec .ci/with-services.sh bin/trial "$@"
