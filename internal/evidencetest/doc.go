// Package evidencetest is a synthetic card that answers a back end's requests,
// for tests that need many bundles: the files of a persona's card, and its chip,
// asked for the signature alone. It also lays out the mock CSCA as a trust folder.
//
// What may not live here: reading (cardlib), and anything that a program ships.
package evidencetest
