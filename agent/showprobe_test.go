package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cccd"
	"chipid/cardlib/probe"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// counts are sizes and times, which can meet four digits by chance.
var counts = regexp.MustCompile(`\b\d{1,5}\b`)

func textOf(r *probe.Report) string {
	var out bytes.Buffer
	console{out: &out}.showProbe(r)
	return counts.ReplaceAllString(out.String(), "0")
}

// blankReport has a piece of everything and no card behind it: its text is the
// words that showProbe has of its own.
func blankReport(of *probe.Report) *probe.Report {
	file := []probe.FileStatus{{File: "EF", Select: "6A82", Read: "9000"}}
	return &probe.Report{
		Synthetic: true, Reader: of.Reader, Link: of.Link, Outside: file, Unopened: file, Others: file, Application: "9000",
		CardAccess: of.CardAccess, ATRInfo: &probe.ATRInfo{}, Blocks: []probe.Block{{Form: "extended", Lost: true}}, Problems: []string{"-"},
		Read: probe.Read{Access: "BAC", Error: "-", Broken: []string{"-"}, TotalMs: 1, Files: []probe.FileRead{{}}, Checks: of.Read.Checks, Answers: of.Read.Answers},
		COM:  of.COM, SOD: of.SOD, DG1: &probe.Shape{}, DG2: &probe.Faces{Faces: []probe.Face{{}}}, DG13: &probe.Shape{}, DG14: &probe.Infos{}, DG15: &probe.Key{},
	}
}

// TestProbeTextHoldsNobody: what is proven of the report in package probe holds of
// its text too.
func TestProbeTextHoldsNobody(t *testing.T) {
	maker := issuer.New(issuer.PublishedSeed)
	for _, p := range persona.All() {
		t.Run(p.Name, func(t *testing.T) {
			profile, err := maker.Personalise(p, issuer.Options{})
			require.NoError(t, err)
			card, err := chip.New(profile)
			require.NoError(t, err)
			keys, err := cccd.KeysFromNumber(p.Number)
			require.NoError(t, err)
			report, err := probe.Run(t.Context(), card, keys, probe.Options{Program: "test", Reader: "reader"})
			require.NoError(t, err)
			text, own := textOf(report), textOf(blankReport(report))
			assert.Contains(t, text, "DG13")
			for _, secret := range secretsOf(p, profile) {
				for i := 0; i+4 <= len(secret); i++ {
					piece := secret[i : i+4]
					assert.False(t, strings.Contains(text, piece) && !strings.Contains(own, piece), "%q of %q", piece, secret)
				}
				for _, coded := range []string{hex.EncodeToString([]byte(secret)), base64.RawStdEncoding.EncodeToString([]byte(secret))} {
					assert.NotContains(t, text, coded)
				}
			}
		})
	}
}

// secretsOf are the values of DG1 and DG13 and the number.
func secretsOf(p persona.Persona, profile chip.Profile) []string {
	all := []string{p.Number, p.CAN(), p.MRZInformation()}
	for _, n := range []int{1, 13} {
		_ = tlv.Walk(profile.LDS[chip.FileDG(n)], func(_ int, e tlv.Element) bool {
			if !e.Tag.Constructed() && e.Tag != 0x06 && len(e.Value) >= 4 {
				all = append(all, string(e.Value))
			}
			return true
		})
	}
	return all
}
