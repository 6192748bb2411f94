#!/usr/bin/env bash
# Runs every fuzz target of the module for the time in $1, one after the other.
#
# A run that ends at its time in the middle of an input is reported by go test as
# "context deadline exceeded" (golang/go#75804, mended in Go 1.27): no finding, which always names the
# input that failed.
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
		if ! grep -q '^ *context deadline exceeded$' build/fuzz.log || grep -qE 'Failing input|panic|hung' build/fuzz.log; then
			cat build/fuzz.log
			exit 1
		fi
	}
	count=$((count + 1))
done < <(git grep -E --untracked -o '^func Fuzz[A-Za-z0-9_]*\(' -- '*_test.go')
echo "$count fuzz targets, $time each: nothing found"
