// Package bac is Basic Access Control, the reader's side: GET CHALLENGE and
// EXTERNAL AUTHENTICATE with 3DES keys made of the MRZ, and the secure channel
// that comes of it (Doc 9303-11 §4.3, ISO/IEC 11770-2 mechanism 6).
//
// What may not live here: which key to try, how often, and the reset before it.
package bac
