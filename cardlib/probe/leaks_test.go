package probe_test

import (
	"crypto"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"
)

// leaks are things that must not be in a report, as they could get into it.
func leaks(p persona.Persona, profile chip.Profile) map[string]string {
	dg1, dg2, dg13 := profile.LDS[chip.FileDG(1)], profile.LDS[chip.FileDG(2)], profile.LDS[chip.FileDG(13)]
	image := dg2[len(dg2)/2 : len(dg2)/2+40]
	return map[string]string{
		"the number":            p.Number,
		"four digits of it":     p.Number[5:9],
		"the number in hex":     hex.EncodeToString([]byte(p.Number)),
		"the number packed":     hex.EncodeToString([]byte{0x00, 0x01, 0x84, 0x95, 0x73, 0x62}),
		"the name":              p.FullName,
		"a word of the name":    "Quách",
		"the name in capitals":  strings.ToUpper(p.FullName),
		"the MRZ":               strings.Split(p.MRZ(), "\n")[2],
		"DG1 in hex":            hex.EncodeToString(dg1),
		"DG13 in base64":        base64.StdEncoding.EncodeToString(dg13),
		"DG13 from the middle":  base64.RawURLEncoding.EncodeToString(dg13[101:140]),
		"the photo in hex":      strings.ToUpper(hex.EncodeToString(image)),
		"the photo in base64":   base64.StdEncoding.EncodeToString(image),
		"SHA-256 of DG1":        hex.EncodeToString(digest(crypto.SHA256, dg1)),
		"SHA-1 of the number":   hex.EncodeToString(digest(crypto.SHA1, []byte(p.Number))),
		"the start of a digest": hex.EncodeToString(digest(crypto.SHA512, []byte(p.FullName))[:8]),
		"SHA-384 of DG2":        base64.StdEncoding.EncodeToString(digest(crypto.SHA384, dg2)),
		"the place":             p.Residence[:5],
	}
}
