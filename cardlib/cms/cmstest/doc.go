// Package cmstest writes certificates, CRLs and signed objects for tests, right
// ones and wrong ones: each field can be made what no issuer would write. It is
// written from RFC 5280, RFC 5652 and Doc 9303 without the parsers that it
// tests, and signs with any standard curve.
//
// It is for tests only, and what it makes is marked O=SYNTHETIC.
package cmstest
