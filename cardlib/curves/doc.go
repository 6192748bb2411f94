// Package curves holds the elliptic curves that Doc 9303-11 §9.5.1 and
// TR-03110-3 A.2.1.1 standardise (parameter ids 8 to 18: NIST and brainpool),
// found by parameter id, by object identifier or by explicit parameters, and
// the arithmetic that PACE, chip authentication and signatures need on them.
//
// The standard library knows four of the eleven curves and has no generator
// mapping, and [crypto/elliptic.CurveParams] assumes a = −3, which is false for
// the brainpool r1 curves; hence arithmetic of our own for any a (Jacobian
// coordinates, Guide to ECC §3.2, over Montgomery's multiplication). It is not
// constant-time: the only secrets it meets are ephemeral keys that live for one
// read on the officer's own PC.
//
// Every point from outside goes through [Curve.Decode], which refuses what is
// out of range, off the curve or the identity. All curves have cofactor 1, so a
// point on the curve is in the right group.
//
// What may not live here: key formats other than points, and protocol steps.
package curves
