// Package record keeps the conversation of a read, so that a fault at a counter
// can be looked at elsewhere, and plays it back as a card.
//
// There are two kinds. A [Masked] recording is made above secure messaging. It
// keeps the commands, the status words, the lengths and the TLV structure of
// files; every value that belongs to a person or to one chip is overwritten with
// zeros before anything is kept: the whole of DG1, DG2, DG13 and all other groups
// but DG14 and DG15, of these the keys, the hashes and signatures of EF.SOD, the
// signing time, challenges and answers. What stays is the same on many cards:
// object identifiers, domain parameters, the certificate of the document signer.
// Played back it gives structure and status words, and no verdict.
//
// A [Full] recording is made below secure messaging, byte for byte, together with
// the reader's random values and the keys, so that it plays back to the same
// verdicts. It holds all that was read: it exists only of cards whose EF.SOD was
// signed under a published test CSCA, which is found out before anything is
// written ([ErrNotSynthetic]).
//
// The file is JSON lines; docs/recording.md describes it. Whatever is played
// back says that it is synthetic.
//
// What may not live here: how a chip is read, and where test CSCAs come from.
package record
