package cvc

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

func FuzzParse(f *testing.F) {
	b, err := os.ReadFile("testdata/eac-worked-example.json")
	if err != nil {
		f.Fatal(err)
	}
	var all map[string]map[string]string
	if err := json.Unmarshal(b, &all); err != nil {
		f.Fatal(err)
	}
	for _, example := range all {
		for _, name := range []string{"cvca", "dv", "terminal"} {
			cert, err := hex.DecodeString(example[name])
			if err != nil {
				f.Fatal(err)
			}
			f.Add(cert)
		}
	}
	f.Add([]byte{0x7F, 0x21, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Add([]byte{0x7F, 0x21, 0x02, 0x30, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		if list, err := ParseAll(b); err == nil && len(list) > MaxCertificates {
			t.Fatal("too many certificates")
		}
		c, err := Parse(b)
		if err != nil {
			return
		}
		_ = c.CheckSignature(c.PublicKey)
		_, _ = Chain([]Reference{c.Authority}, []*Certificate{c, c}, c)
		if _, err := Parse(c.Raw); err != nil {
			t.Fatalf("what was read does not parse again: %v", err)
		}
	})
}

func FuzzParseReferences(f *testing.F) {
	f.Add([]byte("\x42\x0BUTCVCA00001\x00\x00"))
	f.Add([]byte{0x42, 0x84})
	f.Fuzz(func(t *testing.T, b []byte) {
		if list, err := ParseReferences(b); err == nil && len(list) > maxReferences {
			t.Fatal("too many references")
		}
	})
}
