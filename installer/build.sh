#!/usr/bin/env bash
# Builds the programs and packages them. Usage: build.sh [deb|msi]...; both by
# default. Results: build/chipid-agent_VERSION_ARCH.deb,
# build/chipid-mock-reader_VERSION_ARCH.deb, build/chipid-VERSION-x64.msi.
set -euo pipefail
cd "$(dirname "$0")/.."
VERSION=$(cat internal/version/VERSION)
ARCH=$(go env GOARCH)
BUILD=build
export VERSION ARCH BUILD
# No clock before the build date is believed when certificates are judged.
DATE=$(git log -1 --format=%cs 2>/dev/null || date -u +%F)
AGENT="-s -w -X main.version=$VERSION -X main.buildDate=$DATE"

# The Debian agent speaks to pcscd through libpcsclite, so it is built with cgo.
debian() {
	local programs=$BUILD/linux
	mkdir -p "$programs"
	CGO_ENABLED=1 go build -trimpath -ldflags "$AGENT" -o "$programs/chipid-agent" ./agent
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$programs/mock-reader" ./mock-reader
	go -C tools build -o "../$BUILD/deb-writer" ./deb
	for package in chipid-agent chipid-mock-reader; do
		"$BUILD/deb-writer" "installer/linux/$package.yaml" "$BUILD/${package}_${VERSION}_${ARCH}.deb"
		echo "$BUILD/${package}_${VERSION}_${ARCH}.deb"
	done
}

# numbers writes the version as Windows wants it: 1.2.3-dev is 1,2,3,0.
numbers() { sed 's/-.*//; s/\./,/g; s/$/,0/' <<<"$VERSION"; }

# chipid-agentw.exe is the agent without a console window, for the autostart.
windows() {
	local programs=$BUILD/windows
	mkdir -p "$programs"
	export CGO_ENABLED=0 GOOS=windows GOARCH=amd64
	# Go links what lies beside the sources: manifest, icon, version.
	local resources=agent/resources_windows_amd64.syso
	trap "rm -f $resources" EXIT
	x86_64-w64-mingw32-windres -I installer/windows -D "NUMBERS=$(numbers)" -D "TEXT=\\\"$VERSION\\\"" -O coff -o "$resources" installer/windows/agent.rc
	go build -trimpath -ldflags "$AGENT" -o "$programs/chipid-agent.exe" ./agent
	go build -trimpath -ldflags "$AGENT -H=windowsgui" -o "$programs/chipid-agentw.exe" ./agent
	go build -trimpath -ldflags "-s -w" -o "$programs/mock-reader.exe" ./mock-reader
	local msi=$BUILD/chipid-$VERSION-x64.msi
	wixl --arch x64 -D "Version=$VERSION" -D "Programs=$programs" -o "$msi" installer/windows/chipid.wxs
	vietnamese "$msi"
	echo "$msi"
}

# wixl ends with a fault on letters beyond ASCII, so the texts that people see
# are put in afterwards: the database is declared UTF-8, then each row of
# texts.tsv (table, column, key column, key, text) is written.
vietnamese() {
	local msi=$1 table column key_column key text
	printf '\r\n\r\n65001\t_ForceCodepage\r\n' >"$BUILD/_ForceCodepage.idt"
	msibuild "$msi" -i "$BUILD/_ForceCodepage.idt"
	while IFS=$'\t' read -r table column key_column key text; do
		msibuild "$msi" -q "UPDATE \`$table\` SET \`$column\` = '$text' WHERE \`$key_column\` = '$key'"
	done <installer/windows/texts.tsv
}

[ $# -gt 0 ] || set -- deb msi
for kind in "$@"; do
	case $kind in
	deb) (debian) ;;
	msi) (windows) ;;
	*) echo "usage: $0 [deb|msi]..." >&2; exit 2 ;;
	esac
done
