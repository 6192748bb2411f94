package scenario

import (
	"time"

	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// terminals are cards that tell readers with terminal authentication from others.
func terminals() []Scenario {
	return []Scenario{{
		Name: "dg3-with-ta", TitleVi: "Chip mở DG3 (vân tay) cho thiết bị có xác thực thiết bị đầu cuối",
		TitleEn:  "Chip that opens DG3 (fingerprints) to a reader with terminal authentication",
		Imitates: Honest, Expect: expect(ExitGenuine),
		alter: trustTerminals,
	}}
}

// trustTerminals gives the chip the published CVCA and fingerprints to guard.
// `mock-reader issuer` exports the chain and the key of a terminal that it lets in.
func trustTerminals(c *card) error {
	pki, err := c.issuer.TerminalPKI()
	if err != nil {
		return err
	}
	signed := time.Date(c.persona.Issued.Year, time.Month(c.persona.Issued.Month), c.persona.Issued.Day, 2, 0, 0, 0, time.UTC)
	c.TA = &chip.TAParams{TrustPoints: [][]byte{pki.CVCA.Certificate}, Date: signed}
	delete(c.Quirks.FileSW, chip.FileDG(3))
	c.LDS[chip.FileDG(3)] = issuer.EncodeDG3()
	return c.issuer.Seal(c.LDS, issuer.SignerOptions{NamedCurve: c.persona.Generation == persona.CanCuoc2024}, signed)
}
