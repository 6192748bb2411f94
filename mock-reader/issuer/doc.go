// Package issuer is the test issuer of the mock cards: a CSCA, document
// signers and the personalisation that makes a chip out of a persona.
//
// Everything comes from one published seed: keys, serial numbers, nonces of
// signatures. Every process therefore makes the same cards, byte for byte, and
// nobody may trust them: each certificate bears O=SYNTHETIC.
//
// It writes from the standard, with code of its own: EF.COM, EF.SOD and the
// data groups (Doc 9303-10 §4.6, §4.7), DG13 of the Vietnamese card,
// SecurityInfos (Doc 9303-11 §9.2), certificates (Doc 9303-12 §7, RFC 5280) and
// SignedData (RFC 5652).
//
// What may not live here: the reader's protocol rooms and parsers. A mistake of
// the reader must not be repeated by the issuer; only tlv and curves are shared.
package issuer
