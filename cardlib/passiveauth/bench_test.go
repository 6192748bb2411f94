package passiveauth_test

import (
	"testing"

	"chipid/cardlib/passiveauth"
	"chipid/cardlib/verdict"
)

// BenchmarkVerify is the whole of passive authentication from bytes: EF.SOD
// parsed, four groups hashed, the signature and the chain verified.
func BenchmarkVerify(b *testing.B) {
	for _, name := range []string{"bp256", "bp384", "bp384-explicit", "bp512", "p256", "p384", "rsa-pkcs1-sha256", "rsa-pss-sha384"} {
		in := opensslInput(b, name)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if r := passiveauth.Verify(in); r.Checks[2].Status != verdict.Passed {
					b.Fatal(r.Checks)
				}
			}
		})
	}
}

func BenchmarkParseSOD(b *testing.B) {
	file := opensslSOD(b, "bp384")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := passiveauth.ParseSOD(file); err != nil {
			b.Fatal(err)
		}
	}
}
