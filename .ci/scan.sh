#!/usr/bin/env bash
# Looks for dangerous code and for secrets: scan.sh code | secrets | controls
# "controls" plants one fault for each scanner, in a folder of its own, and fails when a scanner does not see it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/versions.sh
export CGO_ENABLED=0
root="$PWD"

# Left out, with the reason. A single finding is left out where it stands: // #nosec RULE -- reason.
#   G104  an error that nobody looks at: this also hits every Close after a read and every hash.Write. Errors that decide
#         whether something is durable are looked at, and the power-cut trials fail if one is not.
#   G304  a file name from a variable: the names come from whoever starts the program (settings, words of the command
#         line) or are made from a SHA-256; no name from a request ever becomes a path (TestBlobsRefuseBadNames).
GOSEC_WITHOUT=G104,G304

# scan_code FOLDER: from medium severity on.
#   trial, bench, .ci  tools of the developers that start databases and kill programs; they are not in the product
#   storage/storagetest  fills data bases for tests from a seed
#   storage/demo       paints pictures (narrowing conversions of colours) from a seed that must be repeatable
scan_code() {
  (cd "$1" && "$GOSEC" -log=/dev/null -color=false -fmt=text -severity=medium -exclude-generated -exclude="$GOSEC_WITHOUT" \
    -exclude-dir='trial' -exclude-dir='bench' -exclude-dir='storage/storagetest' -exclude-dir='\.ci' -exclude-dir='storage/demo' ./...)
}

# Every exception in the code names its rule and a reason, and the old word that silences all rules is not used.
exceptions_say_why() {
  local wrong
  wrong="$(git -C "$1" grep -n -E '#nosec|nolint' -- '*.go' | grep -v -E '// #nosec G[0-9]{3} -- .{10,}' || true)"
  if [ -n "$wrong" ]; then
    printf 'scan: these exceptions do not say which rule and why:\n%s\n' "$wrong" >&2
    return 1
  fi
}

report() { echo "${TMPDIR:-/tmp}/linli-scan.$$"; }

# A scan that left everything out would be green, too.
looked_at_all() {
  local files
  files="$(sed -n -E 's/^ *Files *: *([0-9]+).*/\1/p' "$(report)")"
  rm -f "$(report)"
  if [ "${files:-0}" -lt 150 ]; then
    echo "scan: gosec looked at ${files:-0} files only" >&2
    return 1
  fi
}

# The whole history, because what was once committed stays readable.
scan_secrets() {
  "$GITLEAKS" git --no-banner --redact --log-level=warn --config="$root/.gitleaks.toml" "$1"
}

# must_find NAME COMMAND...: the command must fail, and say WORD on the way.
must_find() {
  local name="$1" word="$2" said
  shift 2
  if said="$("$@" 2>&1)"; then
    echo "scan: $name did not find its planted fault" >&2
    return 1
  fi
  if ! grep -q -- "$word" <<<"$said"; then
    printf 'scan: %s failed, but not because of its planted fault (%s):\n%s\n' "$name" "$word" "$said" >&2
    return 1
  fi
  echo "scan: $name finds its planted fault ($word)"
}

# plant_go CODE: a program of one file.
plant_go() {
  rm -rf "$planted/go"
  mkdir -p "$planted/go"
  printf 'module planted\n\ngo 1.26\n' >"$planted/go/go.mod"
  printf '%s\n' "$1" >"$planted/go/main.go"
}

plant_secret() {
  rm -rf "$planted/git"
  git init -q "$planted/git"
  mkdir -p "$planted/git/$(dirname "$1")"
  printf '%s\n' "$2" >"$planted/git/$1"
  git -C "$planted/git" add .
  git -C "$planted/git" -c user.name=planted -c user.email=planted@example.org commit -q -m planted
}

# Made now, so that the scan of this very file stays clean.
random_letters() {
  head -c 400 /dev/urandom | base64 | tr -dc 'a-zA-Z0-9' | head -c "$1" || true
}

vulnerable_by_our_word() {
  (cd "$planted/go" && "$GOVULNCHECK" -db "file://$planted/db" ./...)
}

# A vulnerability data base with one invented entry: all versions of net/url, when Parse is called.
plant_vulnerability() {
  mkdir -p "$planted/db/index" "$planted/db/ID"
  echo '{"modified":"2026-01-01T00:00:00Z"}' >"$planted/db/index/db.json"
  echo '[{"path":"stdlib","vulns":[{"id":"GO-0000-0001","modified":"2026-01-01T00:00:00Z"}]}]' >"$planted/db/index/modules.json"
  echo '[{"id":"GO-0000-0001","modified":"2026-01-01T00:00:00Z"}]' >"$planted/db/index/vulns.json"
  cat >"$planted/db/ID/GO-0000-0001.json" <<'END'
{"schema_version":"1.3.1","id":"GO-0000-0001","modified":"2026-01-01T00:00:00Z","published":"2026-01-01T00:00:00Z",
 "summary":"planted","details":"planted","affected":[{"package":{"name":"stdlib","ecosystem":"Go"},
 "ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}],
 "ecosystem_specific":{"imports":[{"path":"net/url","symbols":["Parse"]}]}}],
 "database_specific":{"url":"https://example.org","review_status":"REVIEWED"}}
END
}

controls() {
  planted="$(mktemp -d)"
  trap 'rm -rf "$planted"' EXIT
  local secret
  plant_go 'package main
import ("os"; "os/exec")
func main() { _ = exec.Command("sh", "-c", os.Args[1]).Run() }'
  must_find "gosec" G204 scan_code "$planted/go"
  plant_go 'package main
import "crypto/tls"
func main() { _ = tls.Config{InsecureSkipVerify: true} }'
  must_find "gosec" G402 scan_code "$planted/go"
  plant_go 'package main
import "time"
func main() { time.Sleep(1) // #nosec
}'
  git init -q "$planted/go"
  git -C "$planted/go" add .
  must_find "the rule of exceptions" 'do not say which rule' exceptions_say_why "$planted/go"
  secret="ghp_$(random_letters 36)"
  plant_secret config.go "var token = \"$secret\""
  must_find "gitleaks" 'leaks found: 1' scan_secrets "$planted/git"
  secret="$(random_letters 32)"
  plant_secret cmd/linli/serve_test.go "\"LINLI_SMS_KEY=$secret\","
  must_find "gitleaks" 'leaks found: 1' scan_secrets "$planted/git"
  plant_go 'package main
import "fmt"
func main() { fmt.Printf("%d\n", "planted") }'
  must_find "staticcheck" SA5009 in_planted "$STATICCHECK" -checks 'SA*,U1000' ./...
  plant_go 'package main
import ("net/url"; "os")
func main() { _, _ = url.Parse(os.Args[1]) }'
  plant_vulnerability
  must_find "govulncheck" GO-0000-0001 vulnerable_by_our_word
}

in_planted() {
  (cd "$planted/go" && "$@")
}

case "${1:-}" in
  code)
    .ci/tools.sh gosec
    exceptions_say_why .
    scan_code . | tee "$(report)"
    looked_at_all
    ;;
  secrets)
    .ci/tools.sh gitleaks
    if ! git rev-parse --git-dir >/dev/null 2>&1; then
      echo "scan: skipped, this is no git repository, so there is no history to look through"
      exit 77
    fi
    scan_secrets .
    ;;
  controls)
    .ci/tools.sh gosec gitleaks staticcheck govulncheck
    controls
    ;;
  *)
    echo "usage: scan.sh code | secrets | controls" >&2
    exit 2
    ;;
esac
