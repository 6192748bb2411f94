// Package store keeps what the verification service must not forget: tenants
// with the hashes of their API keys, the agents' keys that their administrators
// enrolled, the requests with their nonces, and what became of each.
//
// Two databases are spoken to with one set of statements: PostgreSQL (replicas
// share it) and SQLite (one machine), chosen by the address ([Open]). A nonce is
// taken by one UPDATE that finds it open and in time by the database's own clock;
// whoever is second finds it decided. Nothing is told to a caller before it is
// committed, and a commit whose answer was lost is looked up by the attempt that
// made it ([Store.Decide]).
//
// By default no personal data is kept: of a decided request stand the verdicts,
// hashes of the session and of the bundle, and times. [Store.Purge] ends that too.
//
// What may not live here: HTTP, the judging of evidence, who may do what.
package store
