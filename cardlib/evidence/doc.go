// Package evidence is what a back end gets to verify for itself: that a genuine
// chip answered for this request. It need not believe the page, the agent or
// the computer at the counter.
//
// The back end issues a [Request] with a nonce of its own. The agent derives
// the 8 bytes that active authentication signs (Doc 9303-11 §6.1) from the whole
// request ([Request.Challenge]) and returns a [Bundle]: EF.SOD, the data groups
// asked for as they stand on the chip, DG14 and DG15, and the chip's signature.
// [Verify] judges the bundle against the stored request, never against what the
// bundle says of itself.
//
// No transcript of chip authentication or PACE is evidence: whoever holds one
// could have made it, for both sides know the keys. What remains unproven is
// written in docs/evidence.md: who held the card, and whether they agreed.
//
// What may not live here: nonces' storage, HTTP, and reading a card.
package evidence
