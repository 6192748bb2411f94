// Command chipid-verifier is a back end's own service for chip evidence: it
// issues nonces, judges what pages bring back (cardlib/evidence), and writes each
// outcome down before it is told. docs/evidence.md says what is proven by that;
// docs/verifier.md how the service is run.
//
// What may not live here: checks of evidence, SQL, HTTP: each has a room below.
package main
