#!/usr/bin/env bash
# What is behind the build tags in $2 (comma-separated): `tagged.sh packages TAGS`
# prints the packages that have such tests, `tagged.sh tests TAGS` a regular
# expression of the tests' names. (Packages have other tests too; those have run.)
set -euo pipefail
files=$(git grep -lE --untracked "^//go:build (${2//,/|})\$" -- '*_test.go')
case "$1" in
packages) xargs -n1 dirname <<<"$files" | sort -u | sed 's|^|./|' ;;
tests)
	names=$(xargs grep -hoE '^func Test[A-Za-z0-9_]+' <<<"$files" | sed 's/^func //' | grep -vx TestMain | sort -u)
	echo "^(${names//$'\n'/|})\$"
	;;
*) echo "usage: $0 packages|tests TAGS" >&2; exit 2 ;;
esac
