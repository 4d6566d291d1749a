#!/usr/bin/env bash
# What tests drive and pip cannot install: a browser, without its windows, what docs/operations.md has people type, and Node
# with a client of QuickBooks by others.
set -euo pipefail
missing=()
command -v chromium-headless-shell >/dev/null || missing+=(chromium-headless-shell)
for program in kcat jq curl sqlite3 npm; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing ${missing[*]} for the tests …"
  as_root=""
  [ "$(id -u)" -eq 0 ] || as_root=sudo
  $as_root apt-get update -qq
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
fi

# As its lock says, hash by hash, and of its packages nothing is run by the installing.
lock=tests/npm/package-lock.json
if ! cmp -s "$lock" .local/npm/installed.json; then
  echo "Installing node-quickbooks for the tests …"
  mkdir -p .local/npm
  cp tests/npm/package.json "$lock" .local/npm/
  npm ci --prefix .local/npm --ignore-scripts --no-audit --no-fund --silent
  cp "$lock" .local/npm/installed.json
fi
