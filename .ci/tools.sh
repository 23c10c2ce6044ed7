#!/usr/bin/env bash
# Gets the programs that the tests need and that are missing: tools.sh [tool ...]
# Debian packages come from apt; Go programs are built once and kept in $LINLI_TOOLS.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/versions.sh"

# Debian's packages and Go's builds say nothing for minutes.
clock="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/clock.sh"
apt_updated=no

apt_install() {
  local sudo=""
  if ! command -v apt-get >/dev/null; then
    echo "tools: please install $* (this machine has no apt-get)" >&2
    return 1
  fi
  if [ "$(id -u)" != 0 ]; then
    sudo="sudo"
  fi
  if [ "$apt_updated" = no ]; then
    $sudo apt-get -qq update
    apt_updated=yes
  fi
  # shellcheck disable=SC2086
  "$clock" "tools: installing $*" $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@" >/dev/null
}

has_package() {
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Built in a side folder and moved into place, so that a build cut short leaves nothing half done.
go_install() {
  local binary="$1" package="$2"
  local folder
  folder="$(dirname "$binary")"
  mkdir -p "$folder"
  local building="$folder/building.$$"
  # From the root folder, so that no go.mod or go.work around us has a say.
  if ! (cd / && GOFLAGS=-buildvcs=false GOBIN="$building" CGO_ENABLED=0 "$clock" "tools: building ${binary##*/}" go install -trimpath -ldflags='-s -w' "$package"); then
    rm -rf "$building"
    return 1
  fi
  mv -f "$building/$(basename "$binary")" "$binary"
  rm -rf "$building"
}

have_postgres() { postgres_folder >/dev/null && command -v psql >/dev/null; }
get_postgres() { apt_install postgresql postgresql-client; }

have_chromium() { [ -x "${CHROMIUM:-/usr/bin/chromium}" ]; }
get_chromium() { apt_install chromium; }

have_fonts() { has_package fonts-noto-cjk || ! command -v dpkg-query >/dev/null; }
get_fonts() { apt_install fonts-noto-cjk; }

# The race detector is the only thing here that wants a C compiler.
have_gcc() { command -v gcc >/dev/null; }
get_gcc() { apt_install gcc libc6-dev; }

# Root mounts by itself; anybody else needs the helper. Where there is no /dev/fuse, the trial that needs it says so.
have_fuse() { [ "$(id -u)" = 0 ] || command -v fusermount3 >/dev/null || [ ! -e /dev/fuse ]; }
get_fuse() { apt_install fuse3; }

# Only make bench asks for it: what a photo costs is held against it.
have_vips() { command -v vipsthumbnail >/dev/null; }
get_vips() { apt_install libvips-tools; }

have_versitygw() { [ -x "$VERSITYGW" ]; }
get_versitygw() { go_install "$VERSITYGW" "github.com/versity/versitygw/cmd/versitygw@$VERSITYGW_VERSION"; }

have_minio() { [ -x "$MINIO" ]; }
get_minio() { go_install "$MINIO" "github.com/minio/minio@$MINIO_VERSION"; }

have_staticcheck() { [ -x "$STATICCHECK" ]; }
get_staticcheck() { go_install "$STATICCHECK" "honnef.co/go/tools/cmd/staticcheck@$STATICCHECK_VERSION"; }

have_toxiproxy() { [ -x "$TOXIPROXY" ]; }
get_toxiproxy() { go_install "$TOXIPROXY" "github.com/Shopify/toxiproxy/v2/cmd/server@$TOXIPROXY_VERSION"; }

have_govulncheck() { [ -x "$GOVULNCHECK" ]; }
get_govulncheck() { go_install "$GOVULNCHECK" "golang.org/x/vuln/cmd/govulncheck@$GOVULNCHECK_VERSION"; }

have_gosec() { [ -x "$GOSEC" ]; }
get_gosec() { go_install "$GOSEC" "github.com/securego/gosec/v2/cmd/gosec@$GOSEC_VERSION"; }

have_gitleaks() { [ -x "$GITLEAKS" ]; }
# Its module still bears the name of its first home.
get_gitleaks() { go_install "$GITLEAKS" "github.com/zricethezav/gitleaks/v8@$GITLEAKS_VERSION"; }

if [ $# = 0 ]; then
  set -- postgres chromium fonts versitygw
fi

mkdir -p "$TOOLS"
# Two runs at once would install and build the same things twice.
exec 8>"$TOOLS/lock"
flock 8

for tool in "$@"; do
  if ! declare -F "have_$tool" >/dev/null; then
    echo "tools: unknown tool $tool" >&2
    exit 2
  fi
  if "have_$tool"; then
    echo "tools: $tool is here"
    continue
  fi
  echo "tools: getting $tool …"
  started=$SECONDS
  "get_$tool" 8>&-
  if ! "have_$tool"; then
    echo "tools: $tool is still missing" >&2
    exit 1
  fi
  echo "tools: $tool took $((SECONDS - started)) s"
done
