// Package passiveauth decides whether the data of a chip are those that the
// issuing State signed: passive authentication of Doc 9303-11 §5.1 over the
// document security object of Doc 9303-10 §4.6.2.
//
// It makes five verdicts and never merges them:
//
//   - hashes: every group read is the one that EF.SOD lists, DG1 is among them,
//     and the chip denies none that is listed;
//   - signature: EF.SOD is signed by the document signer that it names;
//   - anchor: a CSCA of the trust store signed that signer, and both are of the
//     State that DG1 names;
//   - validity: both certificates were valid when EF.SOD was signed;
//   - revocation: neither is on a CRL, and a fresh CRL says so.
//
// "failed" is an alarm about the card. What is missing on our side (anchors,
// CRLs, a clock, an algorithm) makes a verdict "unavailable".
//
// The work with long numbers needs nothing but EF.SOD and the store: call
// [SOD.Prepare] as soon as EF.SOD is read, while the chip sends the groups.
//
// [CardSecurity] is EF.CardSecurity, which has a signer of its own and is judged
// by the same rules.
//
// What may not live here: reading from the chip, what is in the groups, and the
// proof that the chip is no copy (activeauth, chipauth).
package passiveauth
