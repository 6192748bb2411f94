#!/usr/bin/env bash
# Prints the packages that have tests behind one of the build tags in $1 (comma-separated).
set -euo pipefail
git grep -lE --untracked "^//go:build (${1//,/|})\$" -- '*_test.go' | xargs -r -n1 dirname | sort -u | sed 's|^|./|'
