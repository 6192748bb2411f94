#!/usr/bin/env bash
# Runs every fuzz target of the module for the time in $1, as many at once as there
# are processors.
#
# A run that ends at its time in the middle of an input is at times reported as
# "context deadline exceeded" (golang/go#75804, mended in Go 1.27). That is no
# finding: one always names the input that failed.
set -euo pipefail
export time=$1 logs=build/fuzz
rm -rf "$logs"
mkdir -p "$logs"

one() {
	package=./$(dirname "$1") name=$2 log=$logs/$(tr / - <<<"${1%/*}")-$2.log
	if go test "$package" -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 50x -parallel 1 >"$log" 2>&1; then
		result=passed
	elif grep -q '^ *context deadline exceeded$' "$log" && ! grep -qE 'Failing input|panic|hung|terminated' "$log"; then
		result="ended at its time"
	else
		echo "fuzz $package $name: FAILED"
		cat "$log"
		exit 255 # xargs stops
	fi
	echo "fuzz $package $name: $result, $(grep -oE 'execs: [0-9]+' "$log" | tail -n 1)"
}
export -f one

targets=$(git grep -E --untracked -o '^func Fuzz[A-Za-z0-9_]*\(' -- '*_test.go' | sed -E 's/:func (.*)\($/ \1/')
[ -n "$targets" ] || { echo "no fuzz targets" >&2; exit 1; }
xargs -P "$(nproc)" -L 1 bash -c 'one "$@"' one <<<"$targets"
echo "$(wc -l <<<"$targets") fuzz targets, $time each: nothing found"
