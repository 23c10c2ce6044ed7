# The tools that tests use, each at one exact version. Sourced by the other scripts.

VERSITYGW_VERSION=v1.8.0
MINIO_VERSION=v0.0.0-20260212201848-7aac2a2c5b7c
STATICCHECK_VERSION=v0.8.2
GOVULNCHECK_VERSION=v1.9.0
GOSEC_VERSION=v2.30.0
GITLEAKS_VERSION=v8.30.1
TOXIPROXY_VERSION=v2.5.0

# A folder per tool and version: a new version never meets an old binary.
# The program refuses LINLI_ names that it does not know, other than LINLI_TEST_*, so ours is handed down under such a one.
TOOLS="${LINLI_TEST_TOOLS:-${LINLI_TOOLS:-$HOME/.cache/linli-tools}}"
export LINLI_TEST_TOOLS="$TOOLS"
unset LINLI_TOOLS
VERSITYGW="$TOOLS/versitygw-$VERSITYGW_VERSION/versitygw"
MINIO="$TOOLS/minio-$MINIO_VERSION/minio"
STATICCHECK="$TOOLS/staticcheck-$STATICCHECK_VERSION/staticcheck"
TOXIPROXY="$TOOLS/toxiproxy-$TOXIPROXY_VERSION/server"
GOVULNCHECK="$TOOLS/govulncheck-$GOVULNCHECK_VERSION/govulncheck"
GOSEC="$TOOLS/gosec-$GOSEC_VERSION/gosec"
GITLEAKS="$TOOLS/gitleaks-$GITLEAKS_VERSION/gitleaks"

# Debian keeps initdb and postgres off the PATH, one folder per major version: take the newest.
postgres_folder() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort --version-sort --reverse); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
      echo "$folder"
      return 0
    fi
  done
  return 1
}
