package cms

import (
	"crypto"
	"testing"

	"github.com/stretchr/testify/assert"

	"chipid/cardlib/tlv"
)

func encodeOID(dotted string) []byte { return tlv.Encode(tagOID, []byte(NewOID(dotted))) }

func TestSignatureAlgorithms(t *testing.T) {
	seq := func(parts ...[]byte) []byte { return tlv.Encode(tagSequence, parts...) }
	in := func(n byte, parts ...[]byte) []byte { return tlv.Encode(tlv.Tag(0xA0+n), parts...) }
	sha256, sha512 := seq(encodeOID("2.16.840.1.101.3.4.2.1")), seq(encodeOID("2.16.840.1.101.3.4.2.3"), []byte{5, 0})
	pss, mgf1 := encodeOID("1.2.840.113549.1.1.10"), encodeOID("1.2.840.113549.1.1.8")
	rsa := encodeOID("1.2.840.113549.1.1.1")
	cases := []struct {
		name   string
		raw    []byte
		digest crypto.Hash
		want   SignatureAlgorithm
		err    error
	}{
		{"PSS, parameters empty: the defaults", seq(pss, seq()), crypto.SHA256, SignatureAlgorithm{RSAPSS, crypto.SHA1, crypto.SHA1, 20}, nil},
		{"PSS, parameters absent: the digest's hash", seq(pss), crypto.SHA256, SignatureAlgorithm{RSAPSS, crypto.SHA256, crypto.SHA256, AnySalt}, nil},
		{"PSS, parameters NULL", seq(pss, []byte{5, 0}), crypto.SHA384, SignatureAlgorithm{RSAPSS, crypto.SHA384, crypto.SHA384, AnySalt}, nil},
		{"PSS, parameters absent, no digest", seq(pss), 0, SignatureAlgorithm{}, ErrUnsupported},
		{"PSS, all given", seq(pss, seq(in(0, sha256), in(1, seq(mgf1, sha512)), in(2, []byte{2, 1, 32}), in(3, []byte{2, 1, 1}))), 0,
			SignatureAlgorithm{RSAPSS, crypto.SHA256, crypto.SHA512, 32}, nil},
		{"PSS, only the hash", seq(pss, seq(in(0, sha256))), 0, SignatureAlgorithm{RSAPSS, crypto.SHA256, crypto.SHA1, 20}, nil},
		{"PSS, another trailer", seq(pss, seq(in(3, []byte{2, 1, 2}))), 0, SignatureAlgorithm{}, ErrUnsupported},
		{"PSS, another mask", seq(pss, seq(in(1, seq(rsa, sha512)))), 0, SignatureAlgorithm{}, ErrUnsupported},
		{"PSS, negative salt", seq(pss, seq(in(2, []byte{2, 1, 0xFF}))), 0, SignatureAlgorithm{}, ErrMalformed},
		{"PSS, salt of 2⁴⁰", seq(pss, seq(in(2, []byte{2, 6, 1, 0, 0, 0, 0, 0}))), 0, SignatureAlgorithm{}, ErrMalformed},
		{"PSS, unknown hash", seq(pss, seq(in(0, seq(rsa)))), 0, SignatureAlgorithm{}, ErrUnsupported},
		{"PSS, bytes left over", seq(pss, seq(in(4, sha256))), 0, SignatureAlgorithm{}, ErrMalformed},
		{"rsaEncryption with a digest", seq(rsa, []byte{5, 0}), crypto.SHA512, SignatureAlgorithm{Scheme: RSAPKCS1, Hash: crypto.SHA512}, nil},
		{"rsaEncryption in a certificate", seq(rsa, []byte{5, 0}), 0, SignatureAlgorithm{}, ErrUnsupported},
		{"MD5 with RSA", seq(encodeOID("1.2.840.113549.1.1.4")), crypto.SHA256, SignatureAlgorithm{}, ErrUnsupported},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			alg, err := ParseAlgorithm(tc.raw)
			assert.NoError(t, err)
			got, err := alg.Signature(tc.digest)
			assert.ErrorIs(t, err, tc.err)
			assert.Equal(t, tc.want, got)
		})
	}
}
