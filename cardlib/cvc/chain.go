package cvc

import (
	"fmt"
	"slices"

	"chipid/cardlib/curves"
)

// maxChain is the longest chain: some links, a DV and a terminal.
const maxChain = 8

// Chain returns the certificates to show to a chip that knows the given keys of
// its CVCA, in their order: the first is signed by one of these keys, each
// further one by the key of the one before, the last is the leaf. Of several
// chains it is the shortest. A self-signed certificate is in none: the chip
// takes no trust from it.
//
// Signatures are checked as far as the keys are at hand: an ECDSA key of a DV is
// complete only with the domain parameters of its CVCA, whose own certificate
// may be among certs. Dates are the chip's business, which has a date of its own.
//
// Errors: [ErrNoChain], [ErrSignature].
func Chain(known []Reference, certs []*Certificate, leaf *Certificate) ([]*Certificate, error) {
	certs = certs[:min(len(certs), MaxCertificates)]
	paths := [][]*Certificate{{leaf}}
	var wrong error
	for range maxChain {
		var longer [][]*Certificate
		for _, path := range paths {
			if slices.Contains(known, path[0].Authority) {
				err := checkPath(path, certs)
				if err == nil {
					return path, nil
				}
				wrong = err
			}
			longer = append(longer, extend(path, certs)...)
		}
		paths = longer[:min(len(longer), MaxCertificates)]
	}
	if wrong != nil {
		return nil, wrong
	}
	return nil, fmt.Errorf("%w: %s is certified by %s", ErrNoChain, leaf.Holder, leaf.Authority)
}

// extend returns the path with each certificate before it that may have signed its first.
func extend(path, certs []*Certificate) [][]*Certificate {
	var longer [][]*Certificate
	for _, c := range certs {
		if c.Holder == path[0].Authority && !c.SelfSigned() && c.Authorization.Role() != Terminal && !slices.Contains(path, c) {
			longer = append(longer, append([]*Certificate{c}, path...))
		}
	}
	return longer
}

// checkPath checks the signatures of a path from the top.
func checkPath(path, certs []*Certificate) error {
	above, curve := anchor(path[0].Authority, certs)
	for _, c := range path {
		if above != nil {
			if err := c.CheckSignature(*above); err != nil {
				return err
			}
		}
		key, err := c.PublicKey.Inherit(curve)
		switch {
		case err == nil:
			above = &key
		case curve == nil:
			above = nil // the parameters are on the chip only
		default:
			return err
		}
		if key.Curve != nil {
			curve = key.Curve
		}
	}
	return nil
}

// anchor finds the CVCA's own certificate, or a link to it, for its key.
func anchor(name Reference, certs []*Certificate) (*PublicKey, *curves.Curve) {
	for _, c := range certs {
		if c.Holder != name || c.Authorization.Role() != CountryCVCA {
			continue
		}
		if k := c.PublicKey; k.RSA != nil || k.Curve != nil {
			return &k, k.Curve
		}
	}
	return nil, nil
}
