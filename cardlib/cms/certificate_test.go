package cms_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cms"
	"chipid/cardlib/cms/cmstest"
)

func certificate(key *cmstest.Key, extensions ...[]byte) cmstest.Certificate {
	return cmstest.Certificate{Subject: ds, Issuer: csca, Serial: 7, NotBefore: start, NotAfter: end, Key: key, Extensions: extensions}
}

func TestIsCA(t *testing.T) {
	key := cmstest.NewKey("P-256")
	cases := []struct {
		name       string
		extensions [][]byte
		want       bool
	}{
		{"CA with keyCertSign", [][]byte{cmstest.BasicConstraints(true), cmstest.KeyUsage(cmstest.KeyCertSign)}, true},
		{"CA without keyUsage", [][]byte{cmstest.BasicConstraints(true)}, true},
		{"CA whose key may not sign certificates", [][]byte{cmstest.BasicConstraints(true), cmstest.KeyUsage(cmstest.DigitalSignature)}, false},
		{"no CA", [][]byte{cmstest.BasicConstraints(false), cmstest.KeyUsage(cmstest.KeyCertSign)}, false},
		{"keyCertSign alone", [][]byte{cmstest.KeyUsage(cmstest.KeyCertSign)}, false},
		{"version 1", nil, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			cert, err := cms.ParseCertificate(certificate(key, tc.extensions...).Sign(key))
			require.NoError(t, err)
			assert.Equal(t, tc.want, cert.IsCA())
		})
	}
}

func TestCertificateOddities(t *testing.T) {
	key := cmstest.NewKey("P-256")
	odd := cmstest.OID(1, 2, 3, 4)
	keyUsage := func(value ...byte) []byte { return cmstest.Extension(cmstest.OID(2, 5, 29, 15), true, value) }
	cases := []struct {
		name   string
		change func(*cmstest.Certificate)
		want   error
		check  func(*testing.T, *cms.Certificate)
	}{
		{"negative serial number", func(c *cmstest.Certificate) { c.Serial = -5 }, nil, func(t *testing.T, c *cms.Certificate) {
			assert.Equal(t, []byte{0xFB}, c.Serial)
		}},
		{"to the end of time", func(c *cmstest.Certificate) {
			c.NotAfter = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
		}, nil, func(t *testing.T, c *cms.Certificate) {
			assert.True(t, c.ValidAt(time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)))
		}},
		{"unknown critical extension", func(c *cmstest.Certificate) {
			c.Extensions = [][]byte{cmstest.Extension(odd, true, []byte{5, 0})}
		}, nil, func(t *testing.T, c *cms.Certificate) {
			assert.Equal(t, []cms.OID{cms.NewOID("1.2.3.4")}, c.Extensions.UnknownCritical)
		}},
		{"unknown extension", func(c *cmstest.Certificate) {
			c.Extensions = [][]byte{cmstest.Extension(odd, false, []byte{5, 0})}
		}, nil, func(t *testing.T, c *cms.Certificate) {
			assert.Empty(t, c.Extensions.UnknownCritical)
		}},
		{"purposes", func(c *cmstest.Certificate) { c.Extensions = [][]byte{cmstest.ExtendedKeyUsage(odd)} }, nil, func(t *testing.T, c *cms.Certificate) {
			assert.Equal(t, []cms.OID{cms.NewOID("1.2.3.4")}, c.Extensions.ExtendedKeyUsage)
		}},
		{"extension twice", func(c *cmstest.Certificate) {
			c.Extensions = [][]byte{cmstest.BasicConstraints(false), cmstest.BasicConstraints(true)}
		}, cms.ErrMalformed, nil},
		{"key usage without bits", func(c *cmstest.Certificate) { c.Extensions = [][]byte{keyUsage(3, 0)} }, cms.ErrMalformed, nil},
		{"key usage of 9 unused bits", func(c *cmstest.Certificate) { c.Extensions = [][]byte{keyUsage(3, 2, 9, 0)} }, cms.ErrMalformed, nil},
		{"signature algorithm inside is another", func(c *cmstest.Certificate) {
			c.Algorithm = cmstest.Seq(cmstest.OID(1, 2, 840, 10045, 4, 3, 4))
		}, cms.ErrMalformed, nil},
		{"signature algorithm inside with NULL", func(c *cmstest.Certificate) {
			c.Algorithm = cmstest.Seq(cmstest.OID(1, 2, 840, 10045, 4, 3, 2), []byte{5, 0})
		}, nil, func(t *testing.T, c *cms.Certificate) {}},
		{"name that is no SEQUENCE of SETs", func(c *cmstest.Certificate) { c.Subject = cmstest.Seq([]byte{5, 0}) }, cms.ErrMalformed, nil},
		{"name of very many parts", func(c *cmstest.Certificate) {
			one := cmstest.DN("VN", "", "")
			c.Subject = cmstest.Seq(bytes.Repeat(one[2:], cms.MaxNameAttributes+1))
		}, cms.ErrMalformed, nil},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			object := certificate(key)
			tc.change(&object)
			cert, err := cms.ParseCertificate(object.Sign(key))
			if tc.want != nil {
				assert.ErrorIs(t, err, tc.want)
				assert.Nil(t, cert)
				return
			}
			require.NoError(t, err)
			tc.check(t, cert)
		})
	}
}

func TestCertificateTampered(t *testing.T) {
	key := cmstest.NewKey("brainpoolP256r1")
	der := certificate(key, cmstest.BasicConstraints(true)).Sign(key)
	cert, err := cms.ParseCertificate(der)
	require.NoError(t, err)
	require.NoError(t, cert.VerifySignedBy(cert.PublicKey, cms.Policy{}))
	i := bytes.Index(der, []byte("csca"))
	bad := bytes.Clone(der)
	bad[i] ^= 1
	cert, err = cms.ParseCertificate(bad)
	require.NoError(t, err)
	assert.ErrorIs(t, cert.VerifySignedBy(cert.PublicKey, cms.Policy{}), cms.ErrSignature)
}

func TestTruncatedEverywhere(t *testing.T) {
	key := cmstest.NewKey("P-256")
	object := signed(key)
	file := object.Encode()
	for n := range file {
		_, err := cms.ParseSignedData(file[:n])
		require.ErrorIs(t, err, cms.ErrMalformed, "%d bytes", n)
	}
	cert := object.Certificates[0]
	for n := range cert {
		_, err := cms.ParseCertificate(cert[:n])
		require.ErrorIs(t, err, cms.ErrMalformed, "%d bytes", n)
	}
	_, err := cms.ParseCertificate(append(bytes.Clone(cert), 0))
	assert.ErrorIs(t, err, cms.ErrMalformed)
}

func TestVersions(t *testing.T) {
	key := cmstest.NewKey("P-256")
	der := certificate(key, cmstest.BasicConstraints(false)).Sign(key)
	at := bytes.Index(der, []byte{0xA0, 3, 2, 1, 2}) + 4
	der[at] = 3
	_, err := cms.ParseCertificate(der)
	assert.ErrorIs(t, err, cms.ErrUnsupported)
}

func TestTooLong(t *testing.T) {
	key := cmstest.NewKey("P-256")
	big := cmstest.Extension(cmstest.OID(1, 2, 3), false, cmstest.Octets(make([]byte, cms.MaxCertificate)))
	_, err := cms.ParseCertificate(certificate(key, big).Sign(key))
	assert.ErrorIs(t, err, cms.ErrMalformed)
	object := signed(cmstest.NewKey("P-256"))
	for range cms.MaxCertificates {
		object.Certificates = append(object.Certificates, cmstest.Seq())
	}
	_, err = cms.ParseSignedData(object.Encode())
	assert.ErrorIs(t, err, cms.ErrMalformed)
	object = signed(cmstest.NewKey("P-256"))
	for range cms.MaxSigners {
		object.Signers = append(object.Signers, object.Signers[0])
	}
	_, err = cms.ParseSignedData(object.Encode())
	assert.ErrorIs(t, err, cms.ErrMalformed)
}
