package cms

import "testing"

func BenchmarkParseCertificate(b *testing.B) {
	for _, name := range []string{"bp384", "bp384-explicit", "rsa-pkcs1-sha256"} {
		der := fixture(b, name+".csca.der")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseCertificate(der); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifySignedData(b *testing.B) {
	for _, name := range []string{"bp256", "bp384", "bp512", "p256", "p384", "rsa-pkcs1-sha256", "rsa-pss-sha384"} {
		der := fixture(b, name+".cms.der")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sd, err := ParseSignedData(der)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := sd.Verify(OIDLDSSecurityObject, Policy{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
