package activeauth

import (
	"errors"
	"fmt"

	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

const tagDG15 tlv.Tag = 0x6F

// ParseDG15 reads EF.DG15: a SubjectPublicKeyInfo with an RSA or EC key under
// the tag 6F (Doc 9303-10 §4.7.15). Errors: [ErrKey], [ErrUnsupported].
func ParseDG15(dg15 []byte) (securityinfo.PublicKey, error) {
	if len(dg15) > securityinfo.MaxSize {
		return securityinfo.PublicKey{}, fmt.Errorf("%w: %d bytes", ErrKey, len(dg15))
	}
	file, err := tlv.ReadTag(dg15, tagDG15)
	if err != nil {
		return securityinfo.PublicKey{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	key, err := securityinfo.ParsePublicKey(file.Value)
	switch {
	case errors.Is(err, securityinfo.ErrParameters):
		return key, fmt.Errorf("%w: %w", ErrUnsupported, err)
	case err != nil:
		return key, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return key, nil
}

// verifier checks signatures of one key.
type verifier interface {
	// size is the length of a signature in bytes.
	size() int
	// verify checks the signature of a challenge; a wrong one is an ErrWrong.
	verify(challenge, signature []byte) error
}

func newVerifier(key securityinfo.PublicKey, infos *securityinfo.Infos) (verifier, error) {
	switch {
	case key.N != nil:
		return newRSA(key.N, key.E)
	case key.Curve != nil:
		return newECDSA(key.Curve, key.Point, infos)
	}
	return nil, fmt.Errorf("%w: no signature key", ErrUnsupported)
}
