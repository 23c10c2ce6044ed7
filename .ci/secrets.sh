#!/usr/bin/env bash
# Makes the files that compose.yaml reads, each with a random value, and keeps those that are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The folder is closed to others on this machine; the files are readable, since the containers read them under other accounts.
mkdir -p secrets
chmod 700 secrets

random_text() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

put() {
  local file="secrets/$1"
  if [ -s "$file" ]; then
    echo "secrets: $file is kept"
    return
  fi
  printf '%s' "$2" >"$file"
  chmod 444 "$file"
  echo "secrets: $file is made"
}

put postgres_password "$(random_text)"
put database_url "postgres://linli:$(cat secrets/postgres_password)@postgres:5432/linli?sslmode=disable"
put s3_access_key "linli-$(random_text | cut -c1-12)"
put s3_secret_key "$(random_text)"
# The sign-in keys: name:base64, and the name is the month in which the key was made.
put secret_keys "k$(date -u +%Y%m):$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
# Shared with the SMS gateway, which checks our signature with it.
put sms_key "$(random_text)"
