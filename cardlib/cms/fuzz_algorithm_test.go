package cms

import "testing"

// FuzzParseAlgorithm: an AlgorithmIdentifier that parses can be asked for its hash.
func FuzzParseAlgorithm(f *testing.F) {
	f.Add([]byte("\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00"))
	f.Add([]byte("\x30\x0B\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0A"))
	f.Add([]byte{0x30, 0})
	f.Add([]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := ParseAlgorithm(raw)
		if err != nil {
			return
		}
		if h, err := a.Hash(); err == nil && !h.Available() {
			t.Fatal("a hash that is not built in")
		}
	})
}
