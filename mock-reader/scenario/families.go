package scenario

import (
	"crypto"
	"strconv"
	"strings"

	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// Families are names that stand for many cards, which the catalogue does not list.
var Families = []string{Torn, Signed}

const (
	// Torn are cards that are taken away when a read reaches beyond a byte of a
	// file: "torn:dg2:6000".
	Torn = tornPrefix + "(sod|com|dg1|dg2|dg13|dg14|dg15):BYTE"
	// Signed are genuine cards whose signer has an algorithm of issuer.Algorithms:
	// "signed:pss-2048-sha512-salt-32". A good reader cannot judge SHA-1.
	Signed = signedPrefix + "ALGORITHM"

	tornPrefix   = "torn:"
	signedPrefix = "signed:"
)

// tornFiles are the files at which a card can be torn.
var tornFiles = map[string]uint16{
	"sod": chip.FileSOD, "com": chip.FileCOM, "dg1": chip.FileDG(1), "dg2": chip.FileDG(2), "dg13": chip.FileDG(13),
	"dg14": chip.FileDG(14), "dg15": chip.FileDG(15),
}

// tornByName makes a scenario of the family [Torn]. What it expects holds if the
// file is that long.
func tornByName(name string) (Scenario, bool) {
	rest, ok := strings.CutPrefix(name, tornPrefix)
	where, at, _ := strings.Cut(rest, ":")
	file, known := tornFiles[where]
	offset, err := strconv.Atoi(at)
	if !ok || !known || err != nil || offset < 0 || strconv.Itoa(offset) != at {
		return Scenario{}, false
	}
	upper := strings.ToUpper(where)
	return breaks(name, "Thẻ bị nhấc ra ở byte "+at+" của "+upper, "Card taken away at byte "+at+" of "+upper, "CARD_REMOVED",
		chip.Fault{File: file, Offset: offset, Do: chip.Tear}), true
}

// signedByName makes a scenario of the family [Signed].
func signedByName(name string) (Scenario, bool) {
	called, ok := strings.CutPrefix(name, signedPrefix)
	algorithm, known := issuer.AlgorithmByName(called)
	if !ok || !known {
		return Scenario{}, false
	}
	s := signedWell(name, "Người ký dùng "+called, "Signer with "+called, signedBy(issuer.SignerOptions{Algorithm: algorithm}))
	if algorithm.Hash == crypto.SHA1 {
		s.Imitates = IssuerSlip
		s.Expect = expect(ExitUnproven, open(verdict.Signature, verdict.AlgorithmUnknown), open(verdict.Validity, verdict.SigningTimeUnknown))
	}
	return s, true
}
