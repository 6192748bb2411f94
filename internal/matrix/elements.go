package main

import (
	"bytes"

	"chipid/cardlib/tlv"
)

// elements returns what stands in a SEQUENCE that this program encoded itself.
func elements(sequence []byte) tlv.Elements {
	e, err := tlv.ReadTag(sequence, 0x30)
	if err != nil {
		panic(err)
	}
	parts, err := e.Children()
	if err != nil {
		panic(err)
	}
	return parts
}

// firstElement is the first of them; of an SPKI the AlgorithmIdentifier.
func firstElement(sequence []byte) []byte { return elements(sequence)[0].Raw }

// lastElement is the last of them; of an SPKI the bits of the key.
func lastElement(sequence []byte) []byte {
	parts := elements(sequence)
	return parts[len(parts)-1].Raw
}

// flipIn returns b with the last bit of the first part in it flipped.
func flipIn(b, part []byte) []byte {
	at := bytes.Index(b, part)
	if at < 0 {
		panic("part not found")
	}
	changed := bytes.Clone(b)
	changed[at+len(part)-1] ^= 1
	return changed
}

// contentOf is what stands inside the one object of a file that the issuer wrote.
func contentOf(file []byte) []byte {
	e, err := tlv.ReadOnly(file)
	if err != nil {
		panic(err)
	}
	return e.Value
}
