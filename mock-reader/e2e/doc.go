// Package e2e drives the operator's page in a real Chromium against the built
// mock-reader, with this project's own reader at its TCP readers: insert, tear,
// watch, filter, save, replay.
//
// The tests lie behind the build tag e2e and need Debian's chromium (or another
// one named in CHROMIUM) and a font with Vietnamese letters:
//
//	go test -tags e2e ./mock-reader/e2e
//	go test -tags e2e ./mock-reader/e2e -run TestPictures -update    # writes docs/images
//
// What may not live here: stand-ins for the program or its page.
package e2e
