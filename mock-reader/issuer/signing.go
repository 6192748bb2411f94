package issuer

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
)

// signer holds a private key and signs with one algorithm. Signing is
// deterministic: nonce and salt are derived from the seed, the key's label and
// the message.
type signer struct {
	issuer    *Issuer
	label     string
	algorithm Algorithm
	ec        ecKey
	rsa       *rsa.PrivateKey
}

func (i *Issuer) signer(label string, algorithm Algorithm) (*signer, error) {
	if err := algorithm.check(); err != nil {
		return nil, err
	}
	s := &signer{issuer: i, label: label, algorithm: algorithm}
	var err error
	if algorithm.isRSA() {
		s.rsa, err = i.rsa(label, algorithm.bits())
	} else {
		s.ec, err = i.ec(label, curve(algorithm.curveID()))
	}
	return s, err
}

// publicKey is the SubjectPublicKeyInfo; publicBits are the bits of its key.
func (s *signer) publicKey() []byte {
	if s.rsa == nil {
		return sequence(sequence(oid(oidECPublicKey), curveParameters(s.ec.curve, s.algorithm.NamedCurve)), bitString(s.publicBits()))
	}
	if s.algorithm.Naming == NamedInKey {
		return sequence(sequence(oid(oidRSAPSS), s.algorithm.pssParameters()), bitString(s.publicBits()))
	}
	return rsaPublicKey(&s.rsa.PublicKey)
}

func (s *signer) publicBits() []byte {
	switch {
	case s.rsa != nil:
		return sequence(integer(s.rsa.N), smallInteger(s.rsa.E))
	case s.algorithm.Compressed:
		return append([]byte{2 | byte(s.ec.public.Y.Bit(0))}, s.ec.curve.XBytes(s.ec.public)...)
	}
	return s.ec.curve.Encode(s.ec.public)
}

// sign signs a message.
func (s *signer) sign(message []byte) ([]byte, error) {
	hash := s.algorithm.hash()
	h := hash.New()
	h.Write(message)
	digest := h.Sum(nil)
	switch s.algorithm.Scheme {
	case PKCS1:
		return rsa.SignPKCS1v15(nil, s.rsa, hash, digest)
	case PSS:
		return s.signPSS(digest)
	}
	r, v, err := s.ec.curve.SignECDSA(s.ec.d, digest, s.nonces(digest))
	if err != nil {
		return nil, fmt.Errorf("issuer: sign as %s: %w", s.label, err)
	}
	if s.algorithm.Scheme == ECDSAPlain { // TR-03111 §5.2.1
		n := s.ec.curve.OrderLen()
		return append(r.FillBytes(make([]byte, n)), v.FillBytes(make([]byte, n))...), nil
	}
	return sequence(integer(r), integer(v)), nil // ECDSA-Sig-Value, RFC 3279 §2.2.3
}

// nonces is the stream for one signature: another message, another nonce.
func (s *signer) nonces(digest []byte) io.Reader {
	return s.issuer.stream("signature/" + s.label + "/" + hex.EncodeToString(digest))
}

// signPSS is RSASSA-PSS-SIGN (RFC 8017 §8.1.1, §9.1.1) with a salt from the
// seed; crypto/rsa would take the salt from the system, and the mask's hash
// from the message's.
func (s *signer) signPSS(digest []byte) ([]byte, error) {
	salt := make([]byte, s.algorithm.salt())
	if _, err := io.ReadFull(s.nonces(digest), salt); err != nil {
		return nil, fmt.Errorf("issuer: salt: %w", err)
	}
	emBits := s.rsa.N.BitLen() - 1
	emLen := (emBits + 7) / 8
	hash := s.algorithm.hash().New()
	hash.Write(append(append(make([]byte, 8), digest...), salt...))
	h := hash.Sum(nil)
	db := make([]byte, emLen-len(h)-1)
	db[len(db)-len(salt)-1] = 1
	copy(db[len(db)-len(salt):], salt)
	for i, m := range mgf1(s.algorithm.mgf(), h, len(db)) {
		db[i] ^= m
	}
	db[0] &= 0xFF >> (8*emLen - emBits)
	em := bytes.Join([][]byte{db, h, {0xBC}}, nil)
	signature := new(big.Int).Exp(new(big.Int).SetBytes(em), s.rsa.D, s.rsa.N)
	return signature.FillBytes(make([]byte, s.rsa.Size())), nil
}

// mgf1 is the mask generation function of RFC 8017 B.2.1.
func mgf1(hash crypto.Hash, seed []byte, n int) []byte {
	var mask []byte
	for counter := byte(0); len(mask) < n; counter++ {
		h := hash.New()
		h.Write(append(append([]byte(nil), seed...), 0, 0, 0, counter))
		mask = h.Sum(mask)
	}
	return mask[:n]
}
