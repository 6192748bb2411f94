#!/usr/bin/env bash
# Puts what browser tests need from npm (tools/npm) into build/npm, exactly as
# locked. Does nothing where it is there already.
set -euo pipefail
cd "$(dirname "$0")/.."
from=tools/npm into=build/npm
if [ -d "$into/node_modules" ] && cmp -s "$from/package-lock.json" "$into/package-lock.json"; then
	exit 0
fi
command -v npm >/dev/null || {
	echo "npm is missing: apt-get install npm" >&2
	exit 1
}
rm -rf "$into"
mkdir -p "$into"
cp "$from/package.json" "$from/.npmrc" "$into"
cp "$from/package-lock.json" "$into/lock.tmp"
mv "$into/lock.tmp" "$into/package-lock.json"
npm ci --prefix "$into" --loglevel=error || { rm -rf "$into"; exit 1; }
