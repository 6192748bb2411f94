package cardlib_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/activeauth"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/cms"
	"chipid/cardlib/cvc"
	"chipid/cardlib/evidence"
	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/portrait/codestream"
	"chipid/cardlib/record"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
	"chipid/cardlib/trust"
	"chipid/mock-reader/chip"
)

// parsers are all that take bytes from a chip, an officer, a page or a file.
func parsers() map[string]func([]byte) {
	all := map[string]func([]byte){
		"tlv.ParseAll":                  func(b []byte) { _, _ = tlv.ParseAll(b) },
		"tlv.Walk":                      func(b []byte) { _ = tlv.Walk(b, func(int, tlv.Element) bool { return true }) },
		"apdu.ParseCommand":             func(b []byte) { _, _ = apdu.ParseCommand(b) },
		"apdu.ParseResponse":            func(b []byte) { _, _ = apdu.ParseResponse(b) },
		"apdu.ExtendedAnnounced":        func(b []byte) { _ = apdu.ExtendedAnnounced(b) },
		"lds.ParseCOM":                  func(b []byte) { _, _ = lds.ParseCOM(b) },
		"lds.ParseDG1":                  func(b []byte) { _, _ = lds.ParseDG1(b) },
		"lds.ParseDG2":                  func(b []byte) { _, _ = lds.ParseDG2(b) },
		"lds.ParseDG3":                  func(b []byte) { _, _ = lds.ParseDG3(b) },
		"lds.ParseDG4":                  func(b []byte) { _, _ = lds.ParseDG4(b) },
		"lds.ParseDG11":                 func(b []byte) { _, _ = lds.ParseDG11(b) },
		"lds.ParseDG12":                 func(b []byte) { _, _ = lds.ParseDG12(b) },
		"lds.ParseDG16":                 func(b []byte) { _, _ = lds.ParseDG16(b) },
		"lds.ParseATRInfo":              func(b []byte) { _, _ = lds.ParseATRInfo(b) },
		"lds.ParseDIR":                  func(b []byte) { _, _ = lds.ParseDIR(b) },
		"lds.SizeOf":                    func(b []byte) { _, _, _ = lds.SizeOf(b) },
		"cccd.ParseDG13":                func(b []byte) { _, _ = cccd.ParseDG13(b) },
		"cccd.KeysFromText":             func(b []byte) { _, _ = cccd.KeysFromText(string(b)) },
		"mrz.Parse":                     func(b []byte) { _, _ = mrz.Parse(string(b)) },
		"mrz.ParseKey":                  func(b []byte) { _, _ = mrz.ParseKey(string(b)) },
		"securityinfo.Parse":            func(b []byte) { _, _ = securityinfo.Parse(b) },
		"securityinfo.ParseDG14":        func(b []byte) { _, _ = securityinfo.ParseDG14(b) },
		"securityinfo.ParsePublicKey":   func(b []byte) { _, _ = securityinfo.ParsePublicKey(b) },
		"activeauth.ParseDG15":          func(b []byte) { _, _ = activeauth.ParseDG15(b) },
		"passiveauth.ParseSOD":          func(b []byte) { _, _ = passiveauth.ParseSOD(b) },
		"passiveauth.ParseCardSecurity": func(b []byte) { _, _ = passiveauth.ParseCardSecurity(b) },
		"cms.ParseSignedData":           func(b []byte) { _, _ = cms.ParseSignedData(b) },
		"cms.ParseCertificate":          func(b []byte) { _, _ = cms.ParseCertificate(b) },
		"cms.ParseCRL":                  func(b []byte) { _, _ = cms.ParseCRL(b) },
		"cms.ParsePublicKey":            func(b []byte) { _, _ = cms.ParsePublicKey(b) },
		"cvc.ParseAll":                  func(b []byte) { _, _ = cvc.ParseAll(b) },
		"cvc.ParseReferences":           func(b []byte) { _, _ = cvc.ParseReferences(b) },
		"codestream.Parse":              func(b []byte) { _, _ = codestream.Parse(b) },
		"record.Parse":                  func(b []byte) { _, _ = record.Parse(bytes.NewReader(b)) },
		"evidence.Parse":                func(b []byte) { _, _ = evidence.Parse(b) },
		"trust.Add":                     func(b []byte) { (&trust.Store{}).Add("file", b) },
	}
	for _, g := range []lds.Group{lds.DG5, lds.DG7} {
		all["lds.ParseDisplayed "+g.String()] = func(b []byte) { _, _ = lds.ParseDisplayed(b, g) }
	}
	for _, g := range []lds.Group{lds.DG6, lds.DG8, lds.DG9, lds.DG10} {
		all["lds.ParseFeatures "+g.String()] = func(b []byte) { _, _ = lds.ParseFeatures(b, g) }
	}
	return all
}

// The bound on what a parser allocates, in bytes: a sum for its tables and limits,
// and so many bytes for each that it was given. What the input claims does not count.
const (
	parserAtMost = 8 << 20
	parserByByte = 64
)

// TestParsersAllocateWithinTheirBound gives every parser what lies about its size,
// its depth and its number of parts.
func TestParsersAllocateWithinTheirBound(t *testing.T) {
	var inputs [][]byte
	for _, tag := range []byte{0x30, 0x31, 0x60, 0x61, 0x63, 0x65, 0x68, 0x6B, 0x6D, 0x6E, 0x6F, 0x75, 0x76, 0x77, 0x7F} {
		inputs = append(inputs, claims(tag)...)
	}
	inputs = append(inputs, bytes.Repeat([]byte{0x30, 0}, 1<<19), bytes.Repeat([]byte("<"), 1<<20), bytes.Repeat([]byte{'['}, 1<<20))
	for _, file := range genuine().profile.LDS {
		inputs = append(inputs, file)
	}
	inputs = append(inputs, genuine().profile.LDS[chip.FileSOD][4:])
	for name, parse := range parsers() {
		t.Run(name, func(t *testing.T) {
			for _, b := range inputs {
				before := allocated()
				parse(b)
				spent := allocated() - before
				limit := uint64(parserAtMost + parserByByte*len(b))
				assert.LessOrEqual(t, spent, limit, "%d bytes that begin with % X", len(b), b[:min(8, len(b))])
			}
		})
	}
	require.Greater(t, len(inputs), 100)
}
