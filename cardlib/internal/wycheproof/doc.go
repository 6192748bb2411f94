// Package wycheproof holds test vectors of Project Wycheproof, which seeks out
// the corners where implementations of signatures, key agreement and MACs went
// wrong before: signatures encoded loosely, r and s out of range, points off the
// curve or of another curve, paddings that are nearly right.
//
// testdata/README.md names origin, version and licence. Only tests import this
// package. What may not live here: vectors of other origin, and what is tested.
package wycheproof
