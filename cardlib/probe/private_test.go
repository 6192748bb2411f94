package probe_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cccd"
	"chipid/cardlib/probe"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// maker issues all cards here: its keys take time to make.
var maker = issuer.New(issuer.PublishedSeed)

// probed runs a probe against a chip and returns the report in JSON. An error of
// the probe itself is in the report.
func probed(t testing.TB, p persona.Persona, profile chip.Profile) (*probe.Report, string) {
	t.Helper()
	card, err := chip.New(profile)
	require.NoError(t, err)
	keys, err := cccd.KeysFromMRZ(p.MRZ())
	require.NoError(t, err)
	keys.CAN = p.CAN()
	report, _ := probe.Run(t.Context(), card, keys, probe.Options{Program: "test"})
	require.NotNil(t, report)
	b, err := json.Marshal(report)
	require.NoError(t, err)
	return report, string(b)
}

// digitsOf are the digits and words that a report has a right to: four of them can meet
// four of a number by chance, or of the name of the program that wrote a picture.
func digitsOf(r *probe.Report) string {
	own := r.Link.ATR + " 0107 0108 040000 version"
	if r.SOD != nil {
		for _, s := range r.SOD.Signers {
			own += " " + s.KeyHash
		}
	}
	return own
}

// TestNothingOfThePerson is the proof that a report can be sent: in no kind of
// card is there a piece of a value in it, nor of a hash of one.
func TestNothingOfThePerson(t *testing.T) {
	p := somebody()
	for _, s := range scenario.All() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			profile, err := s.Profile(maker, p)
			require.NoError(t, err)
			report, text := probed(t, p, profile)
			secretsOf(t, p, profile).assertNone(t, text, digitsOf(report))
		})
	}
}

// TestTheProofProves: each secret, put into a report in every form, is found.
func TestTheProofProves(t *testing.T) {
	p := somebody()
	profile, err := maker.Personalise(p, issuer.Options{})
	require.NoError(t, err)
	s := secretsOf(t, p, profile)
	report, text := probed(t, p, profile)
	for name, leak := range leaks(p, profile) {
		inner := &testing.T{}
		s.assertNone(inner, text[:len(text)-1]+`,"leak":"`+leak+`"}`, digitsOf(report))
		assert.True(t, inner.Failed(), "%s: %s", name, leak)
	}
}

// TestOddFiles: values stand where tags are due, so that they could pass for structure.
func TestOddFiles(t *testing.T) {
	p := somebody()
	words := []byte(p.FullName + ";" + p.Residence + ";" + p.Origin)
	for name, alter := range map[string]func(chip.Profile){
		"text under DG13":            func(c chip.Profile) { c.LDS[chip.FileDG(13)] = tlv.Encode(0x6D, words) },
		"text in a sequence of DG13": func(c chip.Profile) { c.LDS[chip.FileDG(13)] = tlv.Encode(0x6D, tlv.Encode(0x30, words)) },
		"the MRZ under DG1":          func(c chip.Profile) { c.LDS[chip.FileDG(1)] = tlv.Encode(0x61, []byte(p.MRZ())) },
		"DG1 in DG14":                func(c chip.Profile) { c.LDS[chip.FileDG(14)] = tlv.Encode(0x6E, tlv.Encode(0x31, words)) },
		"text as an OID":             func(c chip.Profile) { c.LDS[chip.FileDG(13)] = tlv.Encode(0x6D, tlv.Encode(0x06, words)) },
		"text in EF.COM": func(c chip.Profile) {
			c.LDS[chip.FileCOM] = tlv.Encode(0x60, tlv.Encode(0x5F01, words), tlv.Encode(0x5C, []byte{0x61}))
		},
		"text under EF.SOD":         func(c chip.Profile) { c.LDS[chip.FileSOD] = tlv.Encode(0x77, words) },
		"text in EF.CardAccess":     func(c chip.Profile) { c.MF[chip.FileCardAccess] = tlv.Encode(0x31, tlv.Encode(0x30, words)) },
		"a picture that is no such": func(c chip.Profile) { c.LDS[chip.FileDG(2)] = tlv.Encode(0x75, words) },
	} {
		t.Run(name, func(t *testing.T) {
			profile, err := maker.Personalise(p, issuer.Options{})
			require.NoError(t, err)
			s := secretsOf(t, p, profile)
			s.texts["odd"] = words
			alter(profile)
			report, text := probed(t, p, profile)
			s.assertNone(t, text, digitsOf(report))
		})
	}
}
