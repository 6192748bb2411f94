package issuer

import (
	"fmt"
	"math/big"
	"time"

	"chipid/cardlib/curves"
)

// SignerPeriod says when a document signer's certificate is valid, seen from
// the day on which it signs a card.
type SignerPeriod int

// The periods that scenarios need.
const (
	LongPeriod   SignerPeriod = iota // the year of signing and fifteen more
	EndedSince                       // ends three months after signing: expired by now
	NotYetBegun                      // begins two months after it signed
	EndedAlready                     // ended a month before it signed
)

// at is the validity of a signer that signs on the given day.
func (p SignerPeriod) at(signed time.Time) validity {
	switch p {
	case EndedSince:
		return validity{signed.AddDate(0, -1, 0), signed.AddDate(0, 3, 0)}
	case NotYetBegun:
		return validity{signed.AddDate(0, 2, 0), signed.AddDate(15, 0, 0)}
	case EndedAlready:
		return validity{signed.AddDate(-1, 0, 0), signed.AddDate(0, -1, 0)}
	}
	year := date(signed.Year(), 1, 1)
	return validity{year, year.AddDate(16, 0, 0)}
}

// Misuse is a signer whose certificate is not one for signing identity cards.
type Misuse int

// The wrong certificates that an authority may have given.
const (
	ForCards     Misuse = iota // the right one
	ForPassports               // its document types are passports only
	ForLists                   // it signs master lists
	ForNobody                  // it is a certification authority itself
)

var duties = map[Misuse]duty{
	ForCards: signsDocuments, ForPassports: signsPassports, ForLists: signsLists, ForNobody: signsCertificates,
}

// SignerOptions choose the document signer of a card; the zero value is the
// genuine one.
type SignerOptions struct {
	// Authority is Genuine if it has no label.
	Authority Authority
	Algorithm Algorithm
	Period    SignerPeriod
	// NamedCurve writes the curve by its identifier instead of explicit parameters.
	NamedCurve bool
	// Revoked takes the signer that stands on the authority's revocation list.
	Revoked bool
	Misuse  Misuse
	// OtherGenerator spells out the curve with another generator than the
	// standard's, as forgers do who need a key that they can know (CVE-2020-0601).
	OtherGenerator bool
}

// complete fills in what was left to default.
func (o SignerOptions) complete() SignerOptions {
	if o.Authority.Label == "" {
		o.Authority = Genuine
	}
	o.Algorithm.NamedCurve = (o.Algorithm.NamedCurve || o.NamedCurve) && !o.OtherGenerator
	return o
}

// documentSigner is a signer of cards with its certificate.
type documentSigner struct {
	*signer
	certificate Certificate
	// issuerAndSerial names the certificate (RFC 5652 §10.2.4).
	issuerAndSerial []byte
}

// signerKey is what a document signer depends on.
type signerKey struct {
	options SignerOptions
	signed  time.Time
}

// documentSigner returns the signer for a card signed on the given day; it is
// kept, since cards are made again and again.
func (i *Issuer) documentSigner(o SignerOptions, signed time.Time) (*documentSigner, error) {
	o = o.complete()
	if o.Period == LongPeriod {
		signed = date(signed.Year(), 1, 1) // one signer for the year
	}
	key := signerKey{o, signed}
	i.mu.Lock()
	kept := i.signers[key]
	i.mu.Unlock()
	if kept != nil {
		return kept, nil
	}
	made, err := i.makeSigner(o, signed)
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.signers[key] = made
	return made, nil
}

func (i *Issuer) makeSigner(o SignerOptions, signed time.Time) (*documentSigner, error) {
	self, err := i.signer(o.keyLabel(signed.Year()), o.Algorithm)
	if err != nil {
		return nil, err
	}
	if o.OtherGenerator {
		if self, err = self.onOtherGenerator(); err != nil {
			return nil, err
		}
	}
	authority, err := i.authoritySigner(o.Authority)
	if err != nil {
		return nil, err
	}
	t := o.template(signed)
	if claimed, ok := AuthorityByLabel(o.Authority.claims); ok {
		other, err := i.authoritySigner(claimed)
		if err != nil {
			return nil, err
		}
		t.authorityKeyID = keyID(other.publicBits())
	}
	certificate, err := i.certify(t, self, authority)
	if err != nil {
		return nil, err
	}
	return &documentSigner{self, certificate, sequence(t.issuer.der(), integer(i.serial(t.label)))}, nil
}

// keyLabel is what the signer's key is derived from.
func (o SignerOptions) keyLabel(year int) string {
	return fmt.Sprintf("signer/%s/%d", o.Authority.Label, year)
}

// template is what the signer's certificate says.
func (o SignerOptions) template(signed time.Time) template {
	name, valid := o.Authority.Name(), o.Period.at(signed)
	t := template{
		label:  o.certificateLabel(signed.Year(), valid.from),
		issuer: name,
		subject: Name{name.Country, name.State,
			fmt.Sprintf("%s DOCUMENT SIGNER %d", name.Country, signed.Year())},
		valid:  valid,
		keyUse: validity{valid.from, valid.from.AddDate(1, 0, 0)},
		duty:   duties[o.Misuse],
	}
	if t.keyUse.to.After(valid.to) {
		t.keyUse.to = valid.to
	}
	return t
}

// certificateLabel tells the certificates of one key apart.
func (o SignerOptions) certificateLabel(year int, from time.Time) string {
	label := fmt.Sprintf("%s/%s/%s", o.keyLabel(year), o.Algorithm.Name(), from.Format(time.DateOnly))
	if o.Misuse != ForCards || o.OtherGenerator {
		label += fmt.Sprintf("/%d/%v", o.Misuse, o.OtherGenerator)
	}
	if o.Revoked {
		label += "/revoked"
	}
	return label
}

// onOtherGenerator is the same key pair seen from the generator 2·G: its private
// key is half of what it was.
func (s *signer) onOtherGenerator() (*signer, error) {
	standard := s.ec.curve
	other, err := standard.WithGenerator(standard.Add(standard.Generator(), standard.Generator()))
	if err != nil {
		return nil, fmt.Errorf("issuer: other generator: %w", err)
	}
	moved := *s
	moved.ec = ecKey{curve: other, d: halved(s.ec.d, standard), public: s.ec.public}
	return &moved, nil
}

func halved(d *big.Int, c *curves.Curve) *big.Int {
	half := new(big.Int).ModInverse(big.NewInt(2), c.N)
	return half.Mul(half, d).Mod(half, c.N)
}
