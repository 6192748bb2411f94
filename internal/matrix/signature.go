package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"math/big"

	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// signatureKey is a key pair that signs with one algorithm.
type signatureKey struct {
	spki []byte
	// algorithm is the AlgorithmIdentifier of its signatures, hash the one in it.
	algorithm []byte
	hash      crypto.Hash
	sign      func(message []byte) []byte
	// ec is the key on a curve, nil for RSA.
	ec *cmstest.Key
}

// keyID is the SHA-1 of the whole public key: a key identifier of the kind that
// only finds keys (RFC 5280 §4.2.1.2).
func (k signatureKey) keyID() []byte { return digest(crypto.SHA1, k.spki) }

// maker makes the key of a user: "csca", "signer" or "chip" (a stranger).
type maker func(user string) signatureKey

func digest(h crypto.Hash, message []byte) []byte {
	hash := h.New()
	hash.Write(message)
	return hash.Sum(nil)
}

// hashOIDs are the hash functions (FIPS 180-4 by RFC 5754), encoded.
var hashOIDs = map[crypto.Hash][]byte{
	crypto.SHA1:   cmstest.OID(1, 3, 14, 3, 2, 26),
	crypto.SHA224: cmstest.OID(2, 16, 840, 1, 101, 3, 4, 2, 4),
	crypto.SHA256: cmstest.OID(2, 16, 840, 1, 101, 3, 4, 2, 1),
	crypto.SHA384: cmstest.OID(2, 16, 840, 1, 101, 3, 4, 2, 2),
	crypto.SHA512: cmstest.OID(2, 16, 840, 1, 101, 3, 4, 2, 3),
}

var derNull = []byte{0x05, 0x00}

// hashID is the AlgorithmIdentifier of a hash; with NULL as some write it (RFC 5754 §2).
func hashID(h crypto.Hash, null bool) []byte {
	if null {
		return cmstest.Seq(hashOIDs[h], derNull)
	}
	return cmstest.Seq(hashOIDs[h])
}

// ecdsaOIDs are ecdsa-with-SHA1 to SHA512 (RFC 5758 §3.2, RFC 3279 §2.2.3).
var ecdsaOIDs = map[crypto.Hash][]byte{
	crypto.SHA1:   cmstest.OID(1, 2, 840, 10045, 4, 1),
	crypto.SHA224: cmstest.OID(1, 2, 840, 10045, 4, 3, 1),
	crypto.SHA256: cmstest.OID(1, 2, 840, 10045, 4, 3, 2),
	crypto.SHA384: cmstest.OID(1, 2, 840, 10045, 4, 3, 3),
	crypto.SHA512: cmstest.OID(1, 2, 840, 10045, 4, 3, 4),
}

// compressed is a way to write a key: its point as 02 or 03 and x (TR-03111 §3.2.2).
const compressed = "compressed"

// ecdsaKeys makes keys on a curve whose public key is written in one of the ways.
func ecdsaKeys(c *curves.Curve, h crypto.Hash, encoding string) maker {
	return func(string) signatureKey {
		key := ecKey(c)
		key.Explicit = encoding == explicit
		spki := key.SPKI()
		if encoding == compressed {
			point := append([]byte{byte(2 + key.Point.Y.Bit(0))}, c.XBytes(key.Point)...)
			spki = cmstest.Seq(firstElement(spki), cmstest.Bits(point))
		}
		return signatureKey{spki: spki, algorithm: cmstest.Seq(ecdsaOIDs[h]), hash: h, ec: key,
			sign: func(message []byte) []byte {
				der, _ := key.Sign(h, message)
				return der
			}}
	}
}

// plainKeys makes ECDSA keys that sign in plain format, r ‖ s (TR-03111 §5.2.1).
func plainKeys(c *curves.Curve, h crypto.Hash, arc int) maker {
	return func(user string) signatureKey {
		k := ecdsaKeys(c, h, named)(user)
		k.algorithm = cmstest.Seq(bsi(1, 1, 4, 1, arc))
		k.sign = func(message []byte) []byte {
			_, plain := k.ec.Sign(h, message)
			return plain
		}
		return k
	}
}

// pkcs1OIDs are sha…WithRSAEncryption (RFC 8017 A.2.4).
var pkcs1OIDs = map[crypto.Hash][]byte{
	crypto.SHA1:   cmstest.OID(1, 2, 840, 113549, 1, 1, 5),
	crypto.SHA224: cmstest.OID(1, 2, 840, 113549, 1, 1, 14),
	crypto.SHA256: cmstest.OID(1, 2, 840, 113549, 1, 1, 11),
	crypto.SHA384: cmstest.OID(1, 2, 840, 113549, 1, 1, 12),
	crypto.SHA512: cmstest.OID(1, 2, 840, 113549, 1, 1, 13),
}

// pkcs1Keys makes RSA keys that sign by RSASSA-PKCS1-v1_5.
func pkcs1Keys(bits int, h crypto.Hash) maker {
	return func(user string) signatureKey {
		key := rsaKey(user, bits)
		return signatureKey{spki: rsaSPKI(&key.PublicKey), algorithm: cmstest.Seq(pkcs1OIDs[h], derNull), hash: h,
			sign: func(message []byte) []byte {
				signature, err := rsa.SignPKCS1v15(nil, key, h, digest(h, message))
				if err != nil {
					panic(err)
				}
				return signature
			}}
	}
}

// pss are parameters of RSASSA-PSS.
type pss struct {
	hash, mgf crypto.Hash
	salt      int
}

// usualPSS has the mask's hash and the salt's length of the hash.
func usualPSS(h crypto.Hash) pss { return pss{h, h, h.Size()} }

// oidPSS is id-RSASSA-PSS (RFC 8017 A.2.3).
var oidPSS = cmstest.OID(1, 2, 840, 113549, 1, 1, 10)

// params writes RSASSA-PSS-params in full (RFC 4055 §3.1).
func (p pss) params(null bool) []byte {
	mgf := cmstest.Seq(cmstest.OID(1, 2, 840, 113549, 1, 1, 8), hashID(p.mgf, null))
	return cmstest.Seq(tlv.Encode(0xA0, hashID(p.hash, null)), tlv.Encode(0xA1, mgf), tlv.Encode(0xA2, cmstest.Small(int64(p.salt))))
}

// pssKeys makes RSA keys that sign by RSASSA-PSS.
func pssKeys(bits int, p pss) maker {
	return func(user string) signatureKey {
		key := rsaKey(user, bits)
		return signatureKey{spki: rsaSPKI(&key.PublicKey), algorithm: cmstest.Seq(oidPSS, p.params(true)), hash: p.hash,
			sign: func(message []byte) []byte { return p.sign(key, message) }}
	}
}

// sign is RSASSA-PSS-SIGN (RFC 8017 §8.1.1, §9.1.1); crypto/rsa has one hash for
// message and mask only.
func (p pss) sign(key *rsa.PrivateKey, message []byte) []byte {
	emBits := key.N.BitLen() - 1
	emLen := (emBits + 7) / 8
	salt := make([]byte, p.salt)
	_, _ = rand.Read(salt) // never fails
	h := digest(p.hash, bytes.Join([][]byte{make([]byte, 8), digest(p.hash, message), salt}, nil))
	db := make([]byte, emLen-len(h)-1)
	db[len(db)-len(salt)-1] = 1
	copy(db[len(db)-len(salt):], salt)
	for i, m := range p.mask(h, len(db)) {
		db[i] ^= m
	}
	db[0] &= 0xFF >> (8*emLen - emBits)
	em := bytes.Join([][]byte{db, h, {0xBC}}, nil)
	return new(big.Int).Exp(new(big.Int).SetBytes(em), key.D, key.N).FillBytes(make([]byte, key.Size()))
}

// mask is MGF1 (RFC 8017 B.2.1).
func (p pss) mask(seed []byte, n int) []byte {
	var out []byte
	for counter := uint32(0); len(out) < n; counter++ {
		out = append(out, digest(p.mgf, binary.BigEndian.AppendUint32(bytes.Clone(seed), counter))...)
	}
	return out[:n]
}
