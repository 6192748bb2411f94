#!/usr/bin/env bash
# Prints 1 if cgo can work here (a C compiler, pkg-config and libpcsclite), else 0.
set -euo pipefail
compiler=$(go env CC)
case "$(go env GOOS)" in
windows) echo 0 ;;
darwin) command -v "$compiler" >/dev/null && echo 1 || echo 0 ;;
*)
	if command -v "$compiler" >/dev/null && command -v pkg-config >/dev/null && pkg-config --exists libpcsclite; then
		echo 1
	else
		echo 0
	fi
	;;
esac
