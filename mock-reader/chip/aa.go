package chip

import (
	"crypto"
	"io"
	"math/big"

	// The hash functions that active authentication may name.
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"

	"chipid/cardlib/apdu"
)

// aaTrailers are the trailers of ISO/IEC 9796-2 signatures by hash (Doc 9303-11 §6.1.2.2).
var aaTrailers = map[crypto.Hash][]byte{
	crypto.SHA1:   {0xBC},
	crypto.SHA224: {0x38, 0xCC},
	crypto.SHA256: {0x34, 0xCC},
	crypto.SHA384: {0x36, 0xCC},
	crypto.SHA512: {0x35, 0xCC},
}

// partialRecovery is the header of a representative whose message is recovered in part.
const partialRecovery = 0x6A

// internalAuthenticate is INTERNAL AUTHENTICATE (Doc 9303-11 §6.1.3).
func (c *Chip) internalAuthenticate(cmd apdu.Command) answer {
	q := c.profile.Quirks.AA
	switch {
	case c.profile.AA == nil:
		return refuse(apdu.SWInsNotSupported, "")
	case q.Refuse != 0:
		return refuse(q.Refuse, "")
	case !c.s.inApplication || (c.protected() && c.s.access == accessNone):
		return refuse(apdu.SWSecurityStatus, "Doc 9303-11 §6.1: active authentication follows access to the application")
	case q.When == AABeforeCA && c.s.caDone, q.When == AAAfterCA && !c.s.caDone:
		return refuse(apdu.SWConditionsOfUse, "")
	case cmd.P1 != 0 || cmd.P2 != 0:
		return refuse(apdu.SWWrongParametersP1P2, "Doc 9303-11 §6.1.3: P1-P2 is 0000")
	case len(cmd.Data) != nonceLen:
		return refuse(apdu.SWWrongLength, "Doc 9303-11 §6.1.2.1: RND.IFD has 8 bytes")
	}
	challenge := cmd.Data
	if q.Answer == AAReplayed {
		challenge = make([]byte, nonceLen)
	}
	signature, err := c.profile.AA.sign(challenge, c.random)
	if err != nil {
		return noRandom
	}
	if q.Answer == AAWrong {
		return done(c.noise(len(signature)))
	}
	return done(signature)
}

// sign makes the answer of active authentication.
func (k *AAKey) sign(challenge []byte, random io.Reader) ([]byte, error) {
	if k.RSA == nil {
		return k.signECDSA(challenge, random)
	}
	f, err := representative(k.RSA.N.BitLen(), k.Hash, challenge, random)
	if err != nil {
		return nil, err
	}
	s := new(big.Int).Exp(new(big.Int).SetBytes(f), k.RSA.D, k.RSA.N)
	if other := new(big.Int).Sub(k.RSA.N, s); k.Smaller && other.Cmp(s) < 0 {
		s = other
	}
	return s.FillBytes(make([]byte, len(f))), nil
}

// representative is F = 6A ‖ M1 ‖ H(M1 ‖ M2) ‖ T of ISO/IEC 9796-2 scheme 1, as
// long as the modulus of the given bits; M1 fills what is left (Doc 9303-11
// §6.1.2.2, appendix F).
func representative(bits int, h crypto.Hash, m2 []byte, random io.Reader) ([]byte, error) {
	trailer := aaTrailers[h]
	m1 := make([]byte, bits/8-1-h.Size()-len(trailer))
	if _, err := io.ReadFull(random, m1); err != nil {
		return nil, err
	}
	digest := h.New()
	digest.Write(m1)
	digest.Write(m2)
	f := append([]byte{partialRecovery}, m1...)
	return append(digest.Sum(f), trailer...), nil
}

// signECDSA is the plain format r ‖ s of TR-03111 §5.2.1.
func (k *AAKey) signECDSA(challenge []byte, random io.Reader) ([]byte, error) {
	digest := k.Hash.New()
	digest.Write(challenge)
	r, s, err := k.Curve.SignECDSA(k.D, digest.Sum(nil), random)
	if err != nil {
		return nil, err
	}
	n := k.Curve.OrderLen()
	out := make([]byte, 2*n)
	r.FillBytes(out[:n])
	s.FillBytes(out[n:])
	return out, nil
}
