// Package audit keeps the record of who asked for what and what came of it: one
// line for each read, denial, grant and change, and never a word about a citizen
// but a keyed pseudonym of the number.
//
// The log is a chain of JSON lines. Each holds the SHA-256 of the line before it
// and an HMAC under a key that stands outside the log, together with the head:
// number and hash of the last line that was acknowledged. So a line that was
// changed, taken out, put in or moved is found, and so is an end that was cut
// off. A crash can leave half a line behind the head: that is a torn tail, an
// incomplete record, and no tampering. Long logs go on in a new file; the chain
// goes on with it.
//
// What this cannot do: a program of the same user can read the key and write
// everything anew, or put back an older log together with its older head
// (docs/threat-model.md).
//
// The pseudonym is an HMAC of a digest of the 12-digit number under another key, which is
// replaced every few months and never handed out: the same citizen can be found
// again within that time by whoever holds the key, and by nobody after it.
//
// What may not live here: what is worth a line (counter, and the commands).
package audit
