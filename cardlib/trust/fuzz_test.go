package trust_test

import (
	"os"
	"path/filepath"
	"testing"

	"chipid/cardlib/trust"
)

func FuzzAdd(f *testing.F) {
	f.Add([]byte("dn: c=VN\ncACertificate;binary:: MIIB\n A\n"))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"))
	f.Add([]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	files, _ := filepath.Glob(filepath.Join("..", "cms", "testdata", "openssl", "*.der"))
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &trust.Store{}
		for _, p := range s.Add("file", b) {
			if p.Error() == "" || p.Source == "" {
				t.Fatal("problem without a name")
			}
		}
		for _, a := range s.Anchors() {
			_, _ = s.Issuers(a.Certificate)
			s.Revocation(a, a.Certificate.NotBefore, a.Certificate)
		}
	})
}
