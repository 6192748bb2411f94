// Package codestream reads the headers of a JPEG 2000 image: the boxes of the
// JP2 file format (ISO/IEC 15444-1 annex I) and the marker segments of the
// codestream (annex A), and follows the tile-parts to the end. It says what is
// to be decoded and refuses, before a decoder is asked, what is cut off, over a
// limit, or of a kind that no face image has.
//
// What may not live here: coefficients and pixels.
package codestream
