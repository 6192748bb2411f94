package issuer

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
)

// Algorithm is how a certificate holder signs.
type Algorithm int

// The algorithms of signers.
const (
	ECDSABrainpool384 Algorithm = iota // brainpoolP384r1 with SHA-256, as the issued cards are said to have
	ECDSAP256                          // P-256 with SHA-256
	RSAPKCS1                           // RSA-3072 PKCS #1 v1.5 with SHA-256
	RSAPSS                             // RSA-3072 PSS with SHA-256, salt of 32 bytes
	cscaECDSA                          // brainpoolP384r1 with SHA-384
)

// rsaSignerBits is the size of RSA signers (Doc 9303-12 §4.1.6.1 wants 2048 at least).
const rsaSignerBits = 3072

// signer holds a private key and signs with one algorithm. Signing is
// deterministic: nonce and salt are derived from the seed, the key's label and
// the message.
type signer struct {
	issuer    *Issuer
	label     string
	algorithm Algorithm
	named     bool
	ec        ecKey
	rsa       *rsa.PrivateKey
}

func (i *Issuer) signer(label string, algorithm Algorithm, named bool) (*signer, error) {
	s := &signer{issuer: i, label: label, algorithm: algorithm, named: named}
	var err error
	switch algorithm {
	case RSAPKCS1, RSAPSS:
		s.rsa, err = i.rsa(label, rsaSignerBits)
	case ECDSAP256:
		s.ec, err = i.ec(label, curve(p256))
	default:
		s.ec, err = i.ec(label, curve(brainpoolP384r1))
	}
	return s, err
}

// publicKey is the SubjectPublicKeyInfo; publicBits are the bits of its key.
func (s *signer) publicKey() []byte {
	if s.rsa != nil {
		return rsaPublicKey(&s.rsa.PublicKey)
	}
	return ecPublicKey(s.ec, s.named)
}

func (s *signer) publicBits() []byte {
	if s.rsa != nil {
		return sequence(integer(s.rsa.N), smallInteger(s.rsa.E))
	}
	return s.ec.curve.Encode(s.ec.public)
}

// algorithmID is the AlgorithmIdentifier of the signatures.
func (s *signer) algorithmID() []byte {
	switch s.algorithm {
	case RSAPKCS1:
		return sequence(oid(oidSHA256WithRSA), null())
	case RSAPSS: // RFC 8017 A.2.3
		hash := sequence(oid(oidSHA256), null())
		return sequence(oid(oidRSAPSS), sequence(
			context(0, true, hash),
			context(1, true, sequence(oid(oidMGF1), hash)),
			context(2, true, smallInteger(sha256.Size)),
		))
	case cscaECDSA:
		return sequence(oid(oidECDSAWithSHA384))
	}
	return sequence(oid(oidECDSAWithSHA256))
}

// sign signs a message.
func (s *signer) sign(message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	switch s.algorithm {
	case RSAPKCS1:
		return rsa.SignPKCS1v15(nil, s.rsa, crypto.SHA256, digest[:])
	case RSAPSS:
		return s.signPSS(digest[:])
	case cscaECDSA:
		long := sha512.Sum384(message)
		return s.signECDSA(long[:])
	}
	return s.signECDSA(digest[:])
}

// nonces is the stream for one signature: another message, another nonce.
func (s *signer) nonces(digest []byte) io.Reader {
	return s.issuer.stream("signature/" + s.label + "/" + hex.EncodeToString(digest))
}

// signECDSA returns ECDSA-Sig-Value (RFC 3279 §2.2.3).
func (s *signer) signECDSA(digest []byte) ([]byte, error) {
	r, v, err := s.ec.curve.SignECDSA(s.ec.d, digest, s.nonces(digest))
	if err != nil {
		return nil, fmt.Errorf("issuer: sign as %s: %w", s.label, err)
	}
	return sequence(integer(r), integer(v)), nil
}

// signPSS is RSASSA-PSS-SIGN (RFC 8017 §8.1.1, §9.1.1) with a salt from the
// seed; crypto/rsa would take the salt from the system.
func (s *signer) signPSS(digest []byte) ([]byte, error) {
	salt := make([]byte, sha256.Size)
	if _, err := io.ReadFull(s.nonces(digest), salt); err != nil {
		return nil, fmt.Errorf("issuer: salt: %w", err)
	}
	emBits := s.rsa.N.BitLen() - 1
	emLen := (emBits + 7) / 8
	h := sha256.Sum256(append(append(make([]byte, 8), digest...), salt...))
	db := make([]byte, emLen-len(h)-1)
	db[len(db)-len(salt)-1] = 1
	copy(db[len(db)-len(salt):], salt)
	for i, m := range mgf1(h[:], len(db)) {
		db[i] ^= m
	}
	db[0] &= 0xFF >> (8*emLen - emBits)
	em := bytes.Join([][]byte{db, h[:], {0xBC}}, nil)
	signature := new(big.Int).Exp(new(big.Int).SetBytes(em), s.rsa.D, s.rsa.N)
	return signature.FillBytes(make([]byte, s.rsa.Size())), nil
}

// mgf1 is the mask generation function of RFC 8017 B.2.1 with SHA-256.
func mgf1(seed []byte, n int) []byte {
	var mask []byte
	for counter := byte(0); len(mask) < n; counter++ {
		sum := sha256.Sum256(append(append([]byte(nil), seed...), 0, 0, 0, counter))
		mask = append(mask, sum[:]...)
	}
	return mask[:n]
}
