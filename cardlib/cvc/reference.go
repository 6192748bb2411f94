package cvc

import (
	"strings"

	"chipid/cardlib/tlv"
)

// maxReference is the longest name of a key, in bytes (TR-03110-3 table 15:
// country 2, mnemonic up to 9, sequence number 5).
const maxReference = 16

// The fixed parts of a Reference, in characters.
const (
	countryLen  = 2
	sequenceLen = 5
)

// Reference names a key: as the holder of a certificate (CHR) or as the
// authority that signed one (CAR). Its bytes are ISO/IEC 8859-1, kept as read.
type Reference string

// NewReference puts a reference together: "UT", "CVCA", "00001".
func NewReference(country, mnemonic, sequence string) Reference {
	return Reference(country + mnemonic + sequence)
}

// Country is the alpha-2 code of the holder's country, "" if the reference is too short for one.
func (r Reference) Country() string { return r.part(0, countryLen) }

// Mnemonic is the holder's name within its country.
func (r Reference) Mnemonic() string { return r.part(countryLen, len(r)-sequenceLen) }

// Sequence is the sequence number of the key.
func (r Reference) Sequence() string { return r.part(len(r)-sequenceLen, len(r)) }

func (r Reference) part(from, to int) string {
	if len(r) < countryLen+1+sequenceLen {
		return ""
	}
	return string(r[from:to])
}

// Check tells whether a reference is made as TR-03110-3 A.7.1 wants it. Chips
// compare bytes, so that a certificate with another name still parses.
func (r Reference) Check() error {
	letters := func(s, alphabet string) bool { return s != "" && strings.Trim(s, alphabet) == "" }
	const upper, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	if len(r) > maxReference || !letters(r.Country(), upper) || !letters(r.Sequence(), upper+digits) {
		return malformed("reference of %d bytes", len(r))
	}
	return nil
}

// parseReference takes the bytes of a reference; control characters are in none.
func parseReference(b []byte) (Reference, error) {
	if len(b) == 0 || len(b) > maxReference {
		return "", malformed("reference of %d bytes", len(b))
	}
	for _, c := range b {
		if c < 0x20 || c >= 0x7F && c < 0xA0 {
			return "", malformed("reference with a control character")
		}
	}
	return Reference(b), nil
}

// ParseReferences reads EF.CVCA: one or two references, the most recent first,
// filled with zeros (TR-03110-3 A.7.2.4, Doc 9303-11 appendix K.2).
func ParseReferences(file []byte) ([]Reference, error) {
	var list []Reference
	for rest := file; len(rest) > 0 && rest[0] != 0; {
		e, after, err := tlv.Read(rest)
		if err != nil {
			return nil, malformed("EF.CVCA: %w", err)
		}
		if e.Tag != tagAuthority || len(list) == maxReferences {
			return nil, malformed("EF.CVCA: object %v", e.Tag)
		}
		r, err := parseReference(e.Value)
		if err != nil {
			return nil, err
		}
		list, rest = append(list, r), after
	}
	return list, nil
}

// maxReferences is how many keys a chip may name; the standard says two.
const maxReferences = 4
