// Package catalogue holds every word that the agent says to a person about
// errors, verdicts and progress, in Vietnamese and English: what happened, and
// what to do about it. There is one catalogue; the WebSocket protocol, the
// command line and docs/errors.md all speak from it.
//
// Three kinds of entries live here: errors (codes of cardlib, of JSON-RPC 2.0
// and of the agent itself, each with its integer and exit code), verdicts
// (the checks, statuses, reasons and outcomes of cardlib/verdict) and the
// stages of a read.
//
// The words follow two rules. A local verdict is called «kiểm tra thẻ» (card
// check); the term that Vietnamese law keeps for the ministry's own service is
// never used for it. And a fault of the set-up (no trust anchors installed, a
// wrong clock) is said in a neutral tone: it is never an alarm about a citizen.
//
// What may not live here: when an error happens, and how it is shown.
package catalogue

//go:generate go test -run TestErrorsDocument -update
