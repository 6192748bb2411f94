package issuer

import "encoding/pem"

// Anchor is an object of a trust directory.
type Anchor struct {
	// File is the name under which it is written.
	File string
	DER  []byte
	// IsCRL tells a revocation list from a certificate.
	IsCRL bool
}

// PEM encodes it as text.
func (a Anchor) PEM() []byte {
	kind := "CERTIFICATE"
	if a.IsCRL {
		kind = "X509 CRL"
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: a.DER})
}

// Anchors are what `mock-reader trust` writes, in an order in which each can be
// added alone: the CSCA of the synthetic cards; one of another State, so that a
// card which that State's signer signed has a chain that holds; the CSCA before,
// the link certificate of the next, and the revocation lists. Lists end in .crl,
// certificates in .pem.
func (i *Issuer) Anchors() ([]Anchor, error) {
	var anchors []Anchor
	add := func(file string, der []byte, err error) error {
		if err == nil {
			anchors = append(anchors, Anchor{File: file, DER: der})
		}
		return err
	}
	for _, a := range []struct {
		file      string
		authority Authority
	}{
		{"synthetic-vn-test-csca.pem", Genuine},
		{"synthetic-ut-test-csca.pem", Foreign},
		{"synthetic-vn-test-csca-0.pem", Predecessor},
	} {
		der, err := i.CSCA(a.authority)
		if err := add(a.file, der, err); err != nil {
			return nil, err
		}
	}
	link, err := i.Link(Genuine, Successor)
	if err := add("synthetic-vn-test-csca-2-link.pem", link, err); err != nil {
		return nil, err
	}
	lists, err := i.crls()
	return append(anchors, lists...), err
}

// crls are the revocation lists of the authorities that write one.
func (i *Issuer) crls() ([]Anchor, error) {
	var lists []Anchor
	for _, a := range []Authority{Predecessor, Successor, Genuine, Foreign} {
		list, ok := i.CRLOf(a)
		if !ok {
			continue
		}
		der, err := i.SignCRL(a, list)
		if err != nil {
			return nil, err
		}
		file := map[string]string{
			Predecessor.Label: "synthetic-vn-test-csca-0.crl", Successor.Label: "synthetic-vn-test-csca-2.crl",
			Genuine.Label: "synthetic-vn-test-csca.crl", Foreign.Label: "synthetic-ut-test-csca.crl",
		}[a.Label]
		lists = append(lists, Anchor{File: file, DER: der, IsCRL: true})
	}
	return lists, nil
}
