package trust_test

import (
	"testing"

	"chipid/cardlib/trust"
)

// FuzzAddOne gives the store single objects, as masters of lists do.
func FuzzAddOne(f *testing.F) {
	for _, name := range []string{"p384.csca.der", "bp384-explicit.csca.der"} {
		f.Add(opensslFile(f, name))
	}
	f.Add([]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &trust.Store{}
		if err := s.AddCRL("crl", b); err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
		if err := s.AddCertificate("certificate", b); err == nil {
			s.Resolve()
		}
	})
}
