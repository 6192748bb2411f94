package terminalauth

import (
	"cmp"
	"crypto"
	"crypto/sha1"
	"errors"
	"fmt"
	"slices"

	"chipid/cardlib/cvc"
	"chipid/cardlib/mrz"
	"chipid/cardlib/securityinfo"
)

var (
	// ErrNoChain: no certificate is of the terminal's key, or none of them leads
	// to a key that the chip knows.
	ErrNoChain = errors.New("terminalauth: no chain to a key of the chip")
	// ErrRefused: the chip refuses a step before the signature. Its status word is
	// in the error ([apdu.StatusOf]).
	ErrRefused = errors.New("terminalauth: refused by the chip")
	// ErrSignature: the chip refuses the signature: it may know itself by another
	// identifier than the one that was signed.
	ErrSignature = errors.New("terminalauth: signature refused by the chip")
	// ErrSigner: the terminal's key did not sign.
	ErrSigner = errors.New("terminalauth: no signature by the terminal's key")
)

// Terminal is who asks: certificates and the key that the last of them is about.
type Terminal struct {
	// Certificates are those of the terminal, its document verifiers and, if there
	// are any, links between the keys of the CVCA; in any order, for several States
	// if need be.
	Certificates []*cvc.Certificate
	// Key is the terminal's. Its ECDSA signatures are ASN.1, as crypto.Signer makes them.
	Key crypto.Signer
}

// Chain returns the certificates for a chip that knows the given keys, in the
// order in which it wants them. Errors: [ErrNoChain].
func (t Terminal) Chain(known []cvc.Reference) ([]*cvc.Certificate, error) {
	var first error
	for _, leaf := range t.own() {
		chain, err := cvc.Chain(known, t.Certificates, leaf)
		if err == nil {
			return chain, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = errors.New("no certificate of the terminal's key")
	}
	return nil, fmt.Errorf("%w: %w", ErrNoChain, first)
}

// own returns the certificates of the terminal's key, the longest valid first.
func (t Terminal) own() []*cvc.Certificate {
	if t.Key == nil {
		return nil
	}
	var list []*cvc.Certificate
	for _, c := range t.Certificates {
		if c.Authorization.Role() == cvc.Terminal && c.PublicKey.Is(t.Key.Public()) {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b *cvc.Certificate) int { return cmp.Compare(b.Expiration.Unix(), a.Expiration.Unix()) })
	return list
}

// Effective is what a chain allows its last holder: no more than each of its
// certificates does (Doc 9303-11 §7.1.4.3.6). What the CVCA itself allows is not
// in it where its certificate was not sent.
func Effective(chain []*cvc.Certificate) cvc.Authorization {
	if len(chain) == 0 {
		return cvc.Authorization{}
	}
	effective := chain[0].Authorization
	for _, c := range chain[1:] {
		effective = effective.And(c.Authorization)
	}
	return effective
}

// Compress is Comp(PK): the x-coordinate of an EC point, the SHA-1 of a DH
// number (Doc 9303-11 §7.1.4.1.3, §7.1.4.2.3). public is the key as it was sent.
func Compress(agreement securityinfo.Agreement, public []byte) ([]byte, error) {
	switch {
	case agreement == securityinfo.ECDH && len(public)%2 == 1 && len(public) > 1 && public[0] == 4:
		return public[1 : 1+len(public)/2], nil
	case agreement == securityinfo.DH && len(public) > 0:
		sum := sha1.Sum(public)
		return sum[:], nil
	}
	return nil, fmt.Errorf("terminalauth: %v key of %d bytes cannot be compressed", agreement, len(public))
}

// DocumentIdentifier is ID_IC of a chip opened by BAC: the document number as the
// MRZ has it, filled to nine characters, with its check digit (§7.1.2).
func DocumentIdentifier(key mrz.Key) []byte {
	const dates = 2 * 7 // date of birth and of expiry, each with a check digit
	information := key.Information()
	return []byte(information[:len(information)-dates])
}
