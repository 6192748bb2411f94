// Package lds knows the logical data structure of an eMRTD chip: which files
// there are, their file identifiers, short identifiers and tags, and what stands
// inside them (ICAO Doc 9303-10, 8th edition; face images by ISO/IEC 19794-5
// and ISO/IEC 39794-5).
//
// Files are decoded and encoded here as bytes to values and back. Parsing never
// trusts a length or a count of the chip: every one is bounded by the bytes at
// hand and by the limits that are named in this package, and results share the
// memory of the file instead of copying it.
//
// What may not live here: reading files from a chip, EF.SOD (passiveauth), the
// SecurityInfos of DG14 and EF.CardAccess (securityinfo), the public key of DG15
// (activeauth) and the Vietnamese content of DG13 (cccd). Errors never repeat
// what a file says of a person.
package lds
