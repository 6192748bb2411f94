package issuer

import "encoding/pem"

// Anchor is a certificate for a trust directory.
type Anchor struct {
	// File is the name under which it is written.
	File string
	DER  Certificate
}

// PEM encodes the certificate as text.
func (a Anchor) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.DER})
}

// Anchors are the certificates that `mock-reader trust` writes: the CSCA of the
// synthetic cards, and one of another State, so that a card which that State's
// signer signed has a chain that holds.
func (i *Issuer) Anchors() ([]Anchor, error) {
	var anchors []Anchor
	for _, a := range []struct {
		authority Authority
		file      string
	}{
		{Genuine, "synthetic-vn-test-csca.pem"},
		{Foreign, "synthetic-ut-test-csca.pem"},
	} {
		der, err := i.CSCA(a.authority)
		if err != nil {
			return nil, err
		}
		anchors = append(anchors, Anchor{a.file, der})
	}
	return anchors, nil
}
