// Package cms reads and verifies the signed objects of the eMRTD PKI: the
// SignedData of RFC 5652 that EF.SOD and master lists are, X.509 certificates
// and CRLs (RFC 5280, Doc 9303-12) as issuing States really write them.
//
// [crypto/x509] cannot do this: it refuses brainpool curves and explicit curve
// parameters, and fails a whole certificate for one odd field. Here a
// certificate with explicit parameters is accepted only if they equal a
// standard curve in every value ([ErrCurveAltered] otherwise: CVE-2020-0601).
//
// Parsing copies nothing: names, numbers and keys are sub-slices of the input,
// which must not be changed afterwards. What is parsed is immutable and safe
// for concurrent use. Input is hostile; sizes and counts are capped (limits.go).
//
// A signature that verifies says only that the holder of a key signed. Whose
// key that is, and whether the certificate may be used for it, is decided in
// trust and passiveauth. What may not live here: trust, dates compared with a
// clock, and what the signed content means.
package cms
