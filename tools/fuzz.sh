#!/usr/bin/env bash
# Runs every fuzz target of the module for the time in $1, one after the other.
set -euo pipefail
time=$1
mkdir -p build
git grep -hE --untracked -o '^func Fuzz[A-Za-z0-9_]*\(' -- '*_test.go' >/dev/null || { echo "no fuzz targets" >&2; exit 1; }
count=0
while IFS=: read -r file line; do
	name=${line#func }
	name=${name%(}
	echo "fuzz ./$(dirname "$file") $name"
	go test "./$(dirname "$file")" -run '^$' -fuzz "^$name\$" -fuzztime "$time" >build/fuzz.log 2>&1 || {
		cat build/fuzz.log
		exit 1
	}
	count=$((count + 1))
done < <(git grep -E --untracked -o '^func Fuzz[A-Za-z0-9_]*\(' -- '*_test.go')
echo "$count fuzz targets, $time each: nothing found"
