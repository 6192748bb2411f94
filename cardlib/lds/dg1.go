package lds

import (
	"fmt"
	"strings"

	"chipid/cardlib/mrz"
	"chipid/cardlib/tlv"
)

// ParseDG1 reads the machine-readable zone from DG1 (Doc 9303-10 §4.7.1: 61
// around 5F1F). If its form is right and only check digits are wrong, the
// document is returned together with a *[mrz.CheckDigitError].
func ParseDG1(file []byte) (mrz.Document, error) {
	els, err := content(file, DG1.Tag())
	if err != nil {
		return mrz.Document{}, fmt.Errorf("DG1: %w", err)
	}
	zone, found := els.Find(0x5F1F)
	if !found {
		return mrz.Document{}, fmt.Errorf("DG1: no MRZ: %w", ErrMalformed)
	}
	doc, err := mrz.Parse(string(zone.Value))
	if err != nil {
		return doc, fmt.Errorf("DG1: %w", err)
	}
	return doc, nil
}

// EncodeDG1 writes DG1 around the lines of an MRZ, which are not judged; line
// ends in them are left out.
func EncodeDG1(lines ...string) []byte {
	zone := strings.NewReplacer("\r", "", "\n", "").Replace(strings.Join(lines, ""))
	return tlv.Encode(DG1.Tag(), tlv.Encode(0x5F1F, []byte(zone)))
}
