// Package chipauth is chip authentication version 1, the reader's side
// (Doc 9303-11 §6.2, TR-03110-1 §3.4): a key agreement between an ephemeral key
// of ours and the chip's static key of DG14 or EF.CardSecurity, after which
// secure messaging restarts with new keys and a zero counter.
//
// The protocol proves nothing by itself. The chip is proven by its first answer
// with a right MAC under the new keys, and only if the key's file is covered by
// a checked hash: both are the caller's business.
//
// What may not live here: chip authentication version 2 (EAC2), reading DG14.
package chipauth
