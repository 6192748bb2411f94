package issuer

import (
	"fmt"
	"math/big"
	"time"
)

// Item is a certificate of the issuer, as it is printed and exported.
type Item struct {
	// File is the stem of a file name: "csca", "signer-2024", "csca-2-link".
	File string
	// Authority is the label of who signed it.
	Authority            string
	Subject, Algorithm   string
	Serial               *big.Int
	NotBefore, NotAfter  time.Time
	DER                  Certificate
	IsAuthority, Revoked bool
}

// Signers that are listed: those that sign the cards of one year.
const (
	FirstYear = 2021
	LastYear  = 2026
)

// Inventory lists the certificates of an authority: its own, the link certificate
// if Genuine vouches for it, and its document signers of each year, those of thẻ
// căn cước with named curves. The algorithm is that of the signers.
func (i *Issuer) Inventory(a Authority, signers Algorithm) ([]Item, error) {
	own, err := i.CSCA(a)
	if err != nil {
		return nil, err
	}
	items := []Item{i.item(a.Label, a, a.template(a.Name()), a.Algorithm, own)}
	if a.Label == Successor.Label {
		link, err := i.Link(Genuine, a)
		if err != nil {
			return nil, err
		}
		t := a.template(Genuine.Name())
		t.label = Genuine.Label + "/link/" + a.Label
		items = append(items, i.item(a.Label+"-link", Genuine, t, Genuine.Algorithm, link))
	}
	for year := FirstYear; year <= LastYear; year++ {
		for _, named := range []bool{false, true} {
			item, err := i.signerItem(SignerOptions{Authority: a, Algorithm: signers, NamedCurve: named}, year)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
			if signers.isRSA() || signers.NamedCurve {
				break // there is no other form
			}
		}
	}
	return items, nil
}

func (i *Issuer) signerItem(o SignerOptions, year int) (Item, error) {
	o = o.complete()
	begin := date(year, 1, 1)
	signer, err := i.documentSigner(o, begin)
	if err != nil {
		return Item{}, err
	}
	file := fmt.Sprintf("%s-signer-%d", o.Authority.Label, year)
	if o.Algorithm.NamedCurve {
		file += "-named"
	}
	return i.item(file, o.Authority, o.template(begin), o.Algorithm, signer.certificate), nil
}

func (i *Issuer) item(file string, by Authority, t template, a Algorithm, der Certificate) Item {
	serial := i.serial(t.label)
	item := Item{
		File: file, Authority: by.Label, Subject: t.subject.String(), Algorithm: a.Name(), Serial: serial,
		NotBefore: t.valid.from, NotAfter: t.valid.to, DER: der, IsAuthority: t.duty == signsCertificates,
	}
	if list, ok := i.CRLOf(by); ok {
		for _, r := range list.Revoked {
			item.Revoked = item.Revoked || r.Serial.Cmp(serial) == 0
		}
	}
	return item
}

// String writes the name as it is shown.
func (n Name) String() string {
	return fmt.Sprintf("C=%s, O=%s, CN=%s", n.Country, organization, n.CommonName)
}
