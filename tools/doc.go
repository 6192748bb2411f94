// Package tools is a module of its own: what is needed to check and to package
// the project, and never to build it. Its go.mod pins the versions.
//
//	deb/          writes a Debian package from a description (installer/)
//	deps.sh       the Debian packages that make test needs
//	cgo.sh        whether cgo can work here
//	fuzz.sh       runs every fuzz target
//	tagged.sh     the packages whose tests need programs of the system
package tools
