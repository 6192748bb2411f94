#!/usr/bin/env bash
# Sees to the Debian packages that a part of the work needs: `all` for make test,
# `installer` for make installer. Installs what is missing when root, else names
# it and fails.
set -euo pipefail

installer=(wixl msitools binutils-mingw-w64-x86-64 gcc libc6-dev pkg-config libpcsclite-dev)
all=(
	"${installer[@]}"                       # the packages; cgo for PC/SC and the race detector
	pcscd libccid vsmartcard-vpcd            # a real card service with virtual readers
	openssl                                  # an independent judge of signatures
	libopenjp2-tools                         # an independent writer and reader of JPEG 2000
	polkitd dbus                             # who may use readers (pkcheck asks)
	libnss3-tools                            # certutil: the trust stores of browsers
	python3                                  # a client that shares no code of ours, a back end (examples/python)
	firefox-esr                              # policies of the other family of browsers
	chromium fonts-noto-core                 # the form in a real browser, with Vietnamese letters
	nodejs                                   # the examples of back ends
	postgresql                               # the database of the verification service
	yad xvfb openbox xdotool x11-utils       # windows that ask, a screen and hands
	desktop-file-utils                       # is the menu's entry one
	dbus                                     # a session bus for the picture beside the clock
	wine wine64 gcc-mingw-w64-x86-64         # Windows to try the MSI on
)
# Node may be there without its Debian package, and the two do not go together.
command -v npm >/dev/null || all+=(npm)
case "${1:-all}" in
all) wanted=("${all[@]}") ;;
installer) wanted=("${installer[@]}") ;;
*) echo "usage: $0 [all|installer]" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
	echo "This system has no dpkg. Needed are the programs of these Debian packages: ${wanted[*]}" >&2
	exit 1
fi
missing=()
for package in "${wanted[@]}"; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing+=("$package")
done
npm_packages() { [ "${1:-all}" != all ] || tools/npm.sh; }
if [ ${#missing[@]} -eq 0 ]; then
	npm_packages "$@"
	exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "These packages are missing: apt-get install ${missing[*]}" >&2
	exit 1
fi
echo "installing: ${missing[*]}"
mkdir -p build
export DEBIAN_FRONTEND=noninteractive
apt-get -qq -o DPkg::Lock::Timeout=600 update
apt-get -qq -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}" >build/apt.log 2>&1 || {
	tail -n 40 build/apt.log >&2
	exit 1
}
npm_packages "$@"
