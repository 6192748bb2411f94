// Package service is what a back end asks of the verification service: a
// request with a nonce, and the judgement of what came back, written down before
// it is told.
//
// A request is judged once: an accepted bundle and a refused one both use the
// nonce up. Whoever sends the same submission again under the same idempotency
// key is told the recorded outcome; anybody else is refused.
//
// What may not live here: HTTP, SQL, the checks themselves (cardlib/evidence).
package service
