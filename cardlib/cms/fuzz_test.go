package cms

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chipid/cardlib/tlv"
)

// hostile inputs stand in every corpus: empty, two bytes, lengths of 2³², deep nesting.
func hostile(f *testing.F) {
	f.Helper()
	f.Add([]byte{})
	f.Add([]byte{0x30, 0x00})
	f.Add([]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Add([]byte{0x30, 0x80, 0x00, 0x00})
	nested := []byte{}
	for range 2000 {
		nested = tlv.Encode(tagSequence, nested)
	}
	f.Add(nested)
}

func seed(f *testing.F, suffix string) {
	f.Helper()
	hostile(f)
	files, err := filepath.Glob(filepath.Join("testdata", "openssl", "*"+suffix))
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

func FuzzParseCertificate(f *testing.F) {
	seed(f, ".csca.der")
	f.Fuzz(func(t *testing.T, b []byte) {
		cert, err := ParseCertificate(b)
		if err != nil {
			if cert != nil {
				t.Fatal("certificate beside an error")
			}
			return
		}
		useCertificate(cert)
	})
}

func useCertificate(cert *Certificate) {
	_ = cert.Subject.String() + cert.Issuer.Key() + cert.PublicKey.String()
	_, _ = cert.IsCA(), cert.KeyID()
	_ = cert.VerifySignedBy(cert.PublicKey, Policy{AllowSHA1: true, MinRSA: 1, MinEC: 1})
	for _, id := range cert.Extensions.UnknownCritical {
		_ = id.String()
	}
}

func FuzzParseCRL(f *testing.F) {
	seed(f, ".crl.der")
	f.Fuzz(func(t *testing.T, b []byte) {
		crl, err := ParseCRL(b)
		if err != nil {
			return
		}
		crl.Revoked([]byte{1})
		crl.FreshAt(crl.ThisUpdate)
	})
}

func FuzzParseSignedData(f *testing.F) {
	seed(f, ".cms.der")
	f.Fuzz(func(t *testing.T, b []byte) {
		sd, err := ParseSignedData(b)
		if err != nil {
			return
		}
		_, _ = sd.Verify(sd.ContentType, Policy{AllowSHA1: true, MinRSA: 1, MinEC: 1})
		for _, cert := range sd.Certificates {
			_ = cert.Subject.String()
		}
	})
}

func FuzzParsePublicKey(f *testing.F) {
	hostile(f)
	for _, name := range []string{"bp384.csca.der", "bp384-explicit.csca.der", "rsa-pss-key.csca.der", "rsa-pkcs1-sha256.csca.der"} {
		b, err := os.ReadFile(filepath.Join("testdata", "openssl", name))
		if err != nil {
			f.Fatal(err)
		}
		cert, err := ParseCertificate(b)
		if err != nil {
			f.Fatal(strings.TrimSpace(name), err)
		}
		f.Add(cert.PublicKey.Raw)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		key, err := ParsePublicKey(b)
		if err == nil && (!key.Equal(key) || key.Size() > MaxRSA) {
			t.Fatal("key is not itself, or too large")
		}
	})
}
