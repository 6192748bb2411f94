package torture

import (
	"bytes"
	"slices"

	"chipid/cardlib/tlv"
)

// paceOID is the beginning of the object identifiers of PACE: bsi-de protocols
// smartcard 4 (Doc 9303-11 §9.2.1).
var paceOID = []byte{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04}

// offers are the PACEInfos and PACEDomainParameterInfos of EF.CardAccess, in the
// order of their bytes; nil if the file is not well formed.
func offers(file []byte) []byte {
	infos, err := tlv.ReadTag(file, tagSet)
	if err != nil {
		return nil
	}
	els, err := infos.Children()
	if err != nil {
		return nil
	}
	var found [][]byte
	for _, e := range els {
		parts, err := e.Children()
		if err == nil && len(parts) > 0 && bytes.HasPrefix(parts[0].Value, paceOID) {
			found = append(found, e.Raw)
		}
	}
	slices.SortFunc(found, bytes.Compare)
	return bytes.Join(found, nil)
}
