// Package installer makes what people install: a Windows MSI (wixl) and Debian
// packages, both built on Linux by build.sh (`make installer`). Its tests
// install, use and remove them: the Debian packages through pcscd, the MSI under
// wine.
//
//	build.sh     builds the programs and the packages into build/
//	windows/     the MSI's description; policies/: the template of group policies
//	linux/       the Debian packages' descriptions, the systemd user units, the polkit rule,
//	             the scripts that call the agent's own commands
//
// What may not live here: code that an installed program runs, and the version
// (internal/version/VERSION).
package installer
