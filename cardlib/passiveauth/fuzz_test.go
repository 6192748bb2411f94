package passiveauth_test

import (
	"testing"

	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/tlv"
)

func FuzzParseSOD(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0x77, 0x00})
	f.Add([]byte{0x77, 0x02, 0x30, 0x00})
	f.Add([]byte{0x77, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	nested := []byte{}
	for range 2000 {
		nested = tlv.Encode(0x30, nested)
	}
	f.Add(tlv.Encode(0x77, nested))
	for _, name := range []string{"bp384", "p256-explicit", "rsa-pss-other-mgf", "two-signers", "no-attributes"} {
		f.Add(opensslSOD(f, name))
	}
	f.Add(newWorld().file())
	f.Fuzz(func(t *testing.T, b []byte) {
		sod, err := passiveauth.ParseSOD(b)
		in := passiveauth.Input{SOD: b, Parsed: sod, Groups: map[lds.Group][]byte{lds.DG1: []byte("one")}, IssuingState: "VNM"}
		if r := passiveauth.Verify(in); len(r.Checks) != 5 {
			t.Fatal("not every check is spoken of")
		}
		if err != nil {
			return
		}
		for _, g := range sod.Groups() {
			if sod.Hash(g) == nil {
				t.Fatal("listed group without a hash")
			}
		}
	})
}
