package issuer

import (
	"fmt"
	"time"
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

// SignerOptions choose the document signer of a card; the zero value is the
// genuine one.
type SignerOptions struct {
	Authority Authority
	Algorithm Algorithm
	Period    SignerPeriod
	// NamedCurve writes the curve by its identifier instead of explicit parameters.
	NamedCurve bool
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
	label := fmt.Sprintf("signer/%s/%d", o.Authority.label(), signed.Year())
	self, err := i.signer(label, o.Algorithm, o.NamedCurve)
	if err != nil {
		return nil, err
	}
	authority, err := i.authoritySigner(o.Authority)
	if err != nil {
		return nil, err
	}
	name := authorityNames[o.Authority]
	valid := o.Period.at(signed)
	t := template{
		label:  fmt.Sprintf("%s/%d/%v/%s", label, o.Algorithm, o.NamedCurve, valid.from.Format(time.DateOnly)),
		issuer: name,
		subject: Name{name.Country, name.State,
			fmt.Sprintf("%s DOCUMENT SIGNER %d", name.Country, signed.Year())},
		valid:  valid,
		keyUse: validity{valid.from, valid.from.AddDate(1, 0, 0)},
	}
	if t.keyUse.to.After(valid.to) {
		t.keyUse.to = valid.to
	}
	if o.Authority == Forged {
		genuine, err := i.authoritySigner(Genuine)
		if err != nil {
			return nil, err
		}
		t.authorityKeyID = keyID(genuine.publicBits())
	}
	certificate, err := i.certify(t, self, authority)
	if err != nil {
		return nil, err
	}
	return &documentSigner{self, certificate, sequence(name.der(), integer(i.serial(t.label)))}, nil
}
