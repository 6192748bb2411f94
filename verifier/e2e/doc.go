// Package e2e drives the whole chain of a proof: chipid-verifier, a back end, its
// page in a real Chromium, chipid-agent, a pcscd of the test's own, and a mock
// chip in pcscd's virtual reader. The two programs are built and run as they are
// delivered; the back end and the page are the test's.
//
// The tests lie behind the build tag e2e and need Debian's chromium, pcscd and
// vsmartcard-vpcd:
//
//	go test -tags e2e ./verifier/e2e
//
// What may not live here: stand-ins for one of the two programs.
package e2e
