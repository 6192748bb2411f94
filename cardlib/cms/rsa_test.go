package cms_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/tlv"
)

// TestPSS verifies what crypto/rsa signs, over sizes of the modulus whose
// encoded message begins at different bits.
func TestPSS(t *testing.T) {
	message := []byte("message")
	digest := sha256.Sum256(message)
	for _, size := range []int{2048, 2049, 2055} {
		private, err := rsa.GenerateKey(rand.Reader, size)
		require.NoError(t, err)
		spki, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
		require.NoError(t, err)
		key, err := cms.ParsePublicKey(spki)
		require.NoError(t, err)
		sign := func(salt int) []byte {
			signature, err := rsa.SignPSS(rand.Reader, private, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: salt})
			require.NoError(t, err)
			return signature
		}
		verify := func(salt int, signature []byte) error {
			return key.Verify(cms.SignatureAlgorithm{Scheme: cms.RSAPSS, Hash: crypto.SHA256, MGFHash: crypto.SHA256, SaltLength: salt},
				cms.Policy{}, signature, message)
		}
		for _, salt := range []int{1, 20, 32, 200} {
			signature := sign(salt)
			assert.NoError(t, verify(salt, signature), "%d bits, salt %d", size, salt)
			assert.NoError(t, verify(cms.AnySalt, signature))
			assert.ErrorIs(t, verify(salt+1, signature), cms.ErrSignature)
			assert.ErrorIs(t, verify(1<<30, signature), cms.ErrSignature)
			for _, i := range []int{0, len(signature) / 2, len(signature) - 1} {
				bad := append([]byte(nil), signature...)
				bad[i] ^= 0x10
				assert.ErrorIs(t, verify(salt, bad), cms.ErrSignature)
			}
		}
		signature := sign(32)
		assert.ErrorIs(t, verify(32, signature[1:]), cms.ErrSignature)
		assert.ErrorIs(t, verify(32, append([]byte{0}, signature...)), cms.ErrSignature, "a byte too long")
		larger := new(big.Int).Add(new(big.Int).SetBytes(signature), private.N)
		assert.ErrorIs(t, verify(32, larger.Bytes()), cms.ErrSignature, "signature not below the modulus")
		assert.ErrorIs(t, key.Verify(cms.SignatureAlgorithm{Scheme: cms.RSAPSS, Hash: crypto.SHA256, MGFHash: crypto.SHA1, SaltLength: 32},
			cms.Policy{}, signature, message), cms.ErrSignature, "mask of another hash")
		assert.ErrorIs(t, key.Verify(cms.SignatureAlgorithm{Scheme: cms.RSAPKCS1, Hash: crypto.SHA256},
			cms.Policy{}, signature, message), cms.ErrSignature, "another padding")
		assert.ErrorIs(t, key.Verify(cms.SignatureAlgorithm{Scheme: cms.RSAPSS, Hash: crypto.SHA256, MGFHash: crypto.SHA256, SaltLength: 32},
			cms.Policy{MinRSA: 3072}, signature, message), cms.ErrPolicy)
	}
}

// encodePSS is EMSA-PSS-ENCODE of RFC 8017 §9.1.1 with a salt of 32 bytes and
// SHA-256, each part to be made wrong.
func encodePSS(emBits int, message []byte, change func(db, h []byte), trailer byte) []byte {
	digest, salt := sha256.Sum256(message), bytes.Repeat([]byte{7}, 32)
	h := sha256.Sum256(slices.Concat(make([]byte, 8), digest[:], salt))
	emLen := (emBits + 7) / 8
	db := slices.Concat(make([]byte, emLen-32-32-2), []byte{1}, salt)
	change(db, h[:])
	for i := 0; i < len(db); i += 32 {
		mask := sha256.Sum256(binary.BigEndian.AppendUint32(h[:], uint32(i/32)))
		for k := i; k < min(i+32, len(db)); k++ {
			db[k] ^= mask[k-i]
		}
	}
	db[0] &= 0xFF >> (8*emLen - emBits)
	return slices.Concat(db, h[:], []byte{trailer})
}

func TestPSSEncodings(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2045) // five bits of the encoded message are unused
	require.NoError(t, err)
	spki, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	require.NoError(t, err)
	key, err := cms.ParsePublicKey(spki)
	require.NoError(t, err)
	// A message whose encoding leaves room below the modulus for one bit more.
	message := []byte("message 00")
	for encodePSS(2044, message, func(_, _ []byte) {}, 0xBC)[0] >= 8 {
		message[len(message)-1]++
	}
	verify := func(em []byte) error {
		s := new(big.Int).Exp(new(big.Int).SetBytes(em), private.D, private.N)
		alg := cms.SignatureAlgorithm{Scheme: cms.RSAPSS, Hash: crypto.SHA256, MGFHash: crypto.SHA256, SaltLength: 32}
		return key.Verify(alg, cms.Policy{MinRSA: 2000}, s.FillBytes(make([]byte, key.RSA.Size())), message)
	}
	nothing := func(_, _ []byte) {}
	right := encodePSS(2044, message, nothing, 0xBC)
	require.NoError(t, verify(right))
	unused := bytes.Clone(right)
	unused[0] |= 0x10
	for name, em := range map[string][]byte{
		"trailer":              encodePSS(2044, message, nothing, 0xCC),
		"hash":                 encodePSS(2044, message, func(_, h []byte) { h[0] ^= 1 }, 0xBC),
		"another message":      encodePSS(2044, []byte("massage"), nothing, 0xBC),
		"padding not zero":     encodePSS(2044, message, func(db, _ []byte) { db[5] = 4 }, 0xBC),
		"no 01":                encodePSS(2044, message, func(db, _ []byte) { clear(db) }, 0xBC),
		"salt a byte too long": encodePSS(2044, message, func(db, _ []byte) { db[len(db)-34], db[len(db)-33] = 1, 7 }, 0xBC),
		"an unused bit":        unused,
	} {
		assert.ErrorIs(t, verify(em), cms.ErrSignature, name)
	}
}

// TestRestrictedKey: a key for RSASSA-PSS with SHA-256 signs by other means.
func TestRestrictedKey(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	sha256OID, mgf1 := cmstest.Seq(cmstest.OID(2, 16, 840, 1, 101, 3, 4, 2, 1)), cmstest.OID(1, 2, 840, 113549, 1, 1, 8)
	params := cmstest.Seq(tlv.Encode(0xA0, sha256OID), tlv.Encode(0xA1, cmstest.Seq(mgf1, sha256OID)), tlv.Encode(0xA2, cmstest.Small(32)))
	point := cmstest.Bits(x509.MarshalPKCS1PublicKey(&private.PublicKey))
	restricted, err := cms.ParsePublicKey(cmstest.Seq(cmstest.Seq(cmstest.OID(1, 2, 840, 113549, 1, 1, 10), params), point))
	require.NoError(t, err)
	pssOnly, err := cms.ParsePublicKey(cmstest.Seq(cmstest.Seq(cmstest.OID(1, 2, 840, 113549, 1, 1, 10)), point))
	require.NoError(t, err)

	message := []byte("message")
	sign := func(h crypto.Hash, pss bool) []byte {
		hash := h.New()
		hash.Write(message)
		if !pss {
			signature, err := rsa.SignPKCS1v15(rand.Reader, private, h, hash.Sum(nil))
			require.NoError(t, err)
			return signature
		}
		signature, err := rsa.SignPSS(rand.Reader, private, h, hash.Sum(nil), &rsa.PSSOptions{SaltLength: 32})
		require.NoError(t, err)
		return signature
	}
	pss := func(h crypto.Hash) cms.SignatureAlgorithm {
		return cms.SignatureAlgorithm{Scheme: cms.RSAPSS, Hash: h, MGFHash: h, SaltLength: 32}
	}
	pkcs1 := cms.SignatureAlgorithm{Scheme: cms.RSAPKCS1, Hash: crypto.SHA256}
	assert.NoError(t, restricted.Verify(pss(crypto.SHA256), cms.Policy{}, sign(crypto.SHA256, true), message))
	assert.NoError(t, pssOnly.Verify(pss(crypto.SHA512), cms.Policy{}, sign(crypto.SHA512, true), message))
	assert.ErrorIs(t, restricted.Verify(pss(crypto.SHA512), cms.Policy{}, sign(crypto.SHA512, true), message), cms.ErrSignature)
	assert.ErrorIs(t, restricted.Verify(pkcs1, cms.Policy{}, sign(crypto.SHA256, false), message), cms.ErrSignature)
	assert.ErrorIs(t, pssOnly.Verify(pkcs1, cms.Policy{}, sign(crypto.SHA256, false), message), cms.ErrSignature)
}
