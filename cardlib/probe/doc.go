// Package probe looks at a chip that nobody has met before and writes down how
// it is built: which files, protocols, algorithms, keys and habits it has, and
// how fast it answers. It is for the first hour with a real card, whose owner
// may send the result.
//
// A [Report] holds no name and no number: no byte of a value of DG1, DG2 or DG13,
// nor a hash of one. What could single out a chip is left out too: the group
// hashes and the signature of EF.SOD, the signing time, and the chip's public
// keys. Of the document signer, who signs for many, the issuer's name and the
// hash of the key are there. The reader's name is the caller's to give.
//
// What may not live here: words for people (the caller's), and anything that
// keeps what was read.
package probe
