package issuer

import (
	"bytes"
	"math/big"
	"slices"
	"time"
)

// Revoked is an entry of a revocation list.
type Revoked struct {
	Serial *big.Int
	Since  time.Time
}

// CRL is what a revocation list says (Doc 9303-12 §7.1.4): always all of one authority.
type CRL struct {
	Number                 int
	ThisUpdate, NextUpdate time.Time
	Revoked                []Revoked
}

// SignCRL returns the authority's revocation list in DER (RFC 5280 §5.1).
func (i *Issuer) SignCRL(a Authority, list CRL) ([]byte, error) {
	self, err := i.authoritySigner(a)
	if err != nil {
		return nil, err
	}
	parts := [][]byte{
		smallInteger(1), // v2
		a.Algorithm.identifier(),
		a.Name().der(),
		derTime(list.ThisUpdate), derTime(list.NextUpdate),
	}
	entries := slices.Clone(list.Revoked)
	slices.SortFunc(entries, func(x, y Revoked) int { return x.Serial.Cmp(y.Serial) })
	var revoked [][]byte
	for _, r := range entries {
		revoked = append(revoked, sequence(integer(r.Serial), derTime(r.Since)))
	}
	if len(revoked) > 0 { // an empty list is left away (RFC 5280 §5.1.2.6)
		parts = append(parts, sequence(revoked...))
	}
	parts = append(parts, context(0, true, sequence(
		extension(oidAuthorityKeyID, false, sequence(context(0, false, keyID(self.publicBits())))),
		extension(oidCRLNumber, false, smallInteger(list.Number)),
	)))
	tbs := sequence(bytes.Join(parts, nil))
	signature, err := self.sign(tbs)
	if err != nil {
		return nil, err
	}
	return sequence(tbs, a.Algorithm.identifier(), bitString(signature)), nil
}

// SignerSerial is the serial number of the document signer with the options that
// signs cards in a year.
func (i *Issuer) SignerSerial(o SignerOptions, year int) *big.Int {
	o = o.complete()
	begin := date(year, 1, 1)
	return i.serial(o.certificateLabel(year, o.Period.at(begin).from))
}

// Revoke puts a certificate of the authority with the label on its list.
func (i *Issuer) Revoke(authority string, serial *big.Int, since time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.revoked[authority] = append(i.revoked[authority], Revoked{serial, since})
}

// freshUntil is when the lists end that stay fresh.
var freshUntil = date(2045, 1, 1)

// CRLOf is the list of an authority in the trust directory; false if it writes
// none. Successor has revoked a signer of each year and its list stays fresh;
// that of Predecessor has ended; the others write one once something is revoked.
func (i *Issuer) CRLOf(a Authority) (CRL, bool) {
	i.mu.Lock()
	list := CRL{Number: 1, NextUpdate: freshUntil, Revoked: slices.Clone(i.revoked[a.Label])}
	i.mu.Unlock()
	for _, r := range list.Revoked {
		if r.Since.After(list.ThisUpdate) {
			list.ThisUpdate = r.Since
		}
	}
	switch a.Label {
	case Predecessor.Label:
		return CRL{Number: 1, ThisUpdate: date(2020, 2, 1), NextUpdate: date(2020, 8, 1), Revoked: list.Revoked}, true
	case Successor.Label:
		if first := date(2026, 1, 1); list.ThisUpdate.Before(first) {
			list.ThisUpdate = first
		}
		list.Number = 7
		for year := a.FromYear; year < a.ToYear; year++ {
			for _, named := range []bool{false, true} {
				o := SignerOptions{Authority: a, NamedCurve: named, Revoked: true}
				list.Revoked = append(list.Revoked, Revoked{i.SignerSerial(o, year), date(2025, 12, 1)})
			}
		}
		return list, true
	}
	return list, len(list.Revoked) > 0
}
