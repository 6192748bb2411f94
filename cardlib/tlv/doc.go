// Package tlv reads and writes the tag-length-value structures of chips:
// BER-TLV as ISO/IEC 7816-4 §6.3 restricts it (definite lengths only) and the
// DER that security objects are made of.
//
// Input from a chip is hostile. Parsing goes one level at a time and never
// recurses, so nesting costs nothing until somebody descends; whoever walks a
// whole tree uses [Walk], which is bounded by [MaxDepth]. No element is copied:
// values are sub-slices of the input, capped so that appending to one cannot
// overwrite its neighbour.
//
// What may not live here: knowledge of what any tag means.
package tlv
