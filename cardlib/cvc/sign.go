package cvc

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
	"time"

	"chipid/cardlib/tlv"
)

// Sign signs a message with the private half of k and returns the signature as
// chips take it: RSA as it is, ECDSA as r ‖ s (TR-03110-3 A.7.3, A.7.4). The key
// may be one of hardware; its ECDSA signatures are ASN.1, as [crypto.Signer]
// makes them. random is crypto/rand where nil.
//
// Errors: [ErrKey] if the key is not k's, those of the signer.
func (k PublicKey) Sign(key crypto.Signer, random io.Reader, message []byte) ([]byte, error) {
	if !k.Is(key.Public()) {
		return nil, ErrKey
	}
	if random == nil {
		random = rand.Reader
	}
	hash := k.Algorithm.Hash()
	h := hash.New()
	h.Write(message)
	var options crypto.SignerOpts = hash
	if algorithms[k.Algorithm].scheme == RSAPSSSHA256.signature().Scheme {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
	}
	signature, err := key.Sign(random, h.Sum(nil), options)
	if err != nil {
		return nil, fmt.Errorf("cvc: sign: %w", err)
	}
	if !k.Algorithm.EC() {
		return signature, nil
	}
	return plain(signature, k.size())
}

// plain makes r ‖ s of Ecdsa-Sig-Value (TR-03111 §5.2.1).
func plain(der []byte, size int) ([]byte, error) {
	var v struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &v); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("%w: the signer's ECDSA signature is not ASN.1", ErrKey)
	}
	if v.R.Sign() <= 0 || v.S.Sign() <= 0 || v.R.BitLen() > 8*size || v.S.BitLen() > 8*size {
		return nil, fmt.Errorf("%w: the signer's ECDSA signature is for another curve", ErrKey)
	}
	return append(v.R.FillBytes(make([]byte, size)), v.S.FillBytes(make([]byte, size))...), nil
}

// Template is a certificate before it is signed.
type Template struct {
	Authority, Holder     Reference
	PublicKey             PublicKey
	Authorization         Authorization
	Effective, Expiration time.Time
	// Parameters: an EC key is written with its domain parameters, as in the
	// certificates of a CVCA.
	Parameters bool
	// Extensions is the content of the certificate extensions, nil for none.
	Extensions []byte
}

// Issue signs the certificate with the authority's key, whose public half is
// given with its algorithm. random is crypto/rand where nil.
func (t Template) Issue(authority PublicKey, key crypto.Signer, random io.Reader) (*Certificate, error) {
	body, err := t.body()
	if err != nil {
		return nil, err
	}
	signature, err := authority.Sign(key, random, body)
	if err != nil {
		return nil, err
	}
	return Parse(tlv.Encode(tagCertificate, body, tlv.Encode(tagSignature, signature)))
}

func (t Template) body() ([]byte, error) {
	for _, r := range []Reference{t.Authority, t.Holder} {
		if err := r.Check(); err != nil {
			return nil, err
		}
	}
	key, err := t.PublicKey.encode(t.Parameters)
	if err != nil {
		return nil, err
	}
	effective, err := encodeDate(t.Effective)
	if err != nil {
		return nil, err
	}
	expiration, err := encodeDate(t.Expiration)
	if err != nil {
		return nil, err
	}
	parts := [][]byte{
		tlv.Encode(tagProfile, []byte{0}), tlv.Encode(tagAuthority, []byte(t.Authority)), key,
		tlv.Encode(tagHolder, []byte(t.Holder)), t.Authorization.encode(),
		tlv.Encode(tagEffective, effective), tlv.Encode(tagExpiration, expiration),
	}
	if t.Extensions != nil {
		parts = append(parts, tlv.Encode(tagExtensions, t.Extensions))
	}
	return tlv.Encode(tagBody, parts...), nil
}
