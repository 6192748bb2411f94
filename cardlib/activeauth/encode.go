package activeauth

import (
	"fmt"

	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

// EncodeDG15 writes EF.DG15 around the SubjectPublicKeyInfo of an RSA or EC key;
// others fail with [ErrUnsupported].
func EncodeDG15(key securityinfo.PublicKey) ([]byte, error) {
	if key.Group != nil {
		return nil, fmt.Errorf("%w: a Diffie-Hellman key signs nothing", ErrUnsupported)
	}
	spki, err := securityinfo.EncodePublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return tlv.Encode(tagDG15, spki), nil
}
