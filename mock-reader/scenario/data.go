package scenario

import (
	"bytes"
	"crypto/sha256"
	"errors"

	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// changedData are cards whose data is not what was signed.
func changedData() []Scenario {
	return []Scenario{
		{
			Name: "dg1-changed", TitleVi: "DG1 bị sửa: ngày hết hạn được kéo dài", TitleEn: "DG1 changed: a later date of expiry",
			Imitates: Forger,
			Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch), open(verdict.Anchor, verdict.AnchorUnprovable),
				fails(verdict.Consistency, verdict.DG1DG13Mismatch)),
			alter: altered(changeDG1),
		},
		{
			Name: "dg2-changed", TitleVi: "DG2 bị thay: ảnh của người khác", TitleEn: "DG2 changed: another person's portrait",
			Imitates: Forger, Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch)),
			alter: changeDG2,
		},
		{
			Name: "dg13-changed", TitleVi: "DG13 bị sửa: nơi thường trú khác", TitleEn: "DG13 changed: another residence",
			Imitates: Forger, Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch)),
			alter: altered(func(c *card) { c.LDS[chip.FileDG(13)] = forgedDG13(c.persona) }),
		},
		{
			Name: "dg14-changed", TitleVi: "DG14 bị thay bằng khóa của kẻ làm giả", TitleEn: "DG14 replaced by one with the forger's own key",
			Imitates: Forger,
			Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch), open(verdict.ChipAuth, verdict.KeyNotCovered)).
				remark(verdict.Consistency, verdict.CardAccessNotSigned),
			alter: func(c *card) (err error) {
				if c.CA[0].D, err = c.issuer.OtherChipKey(c.persona); err != nil {
					return err
				}
				c.LDS[chip.FileDG(14)], err = c.issuer.OtherDG14(c.persona)
				return err
			},
		},
		{
			Name: "dg15-changed", TitleVi: "DG15 bị sửa một bit", TitleEn: "One bit of DG15 changed",
			Imitates: Forger,
			Expect:   expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch), open(verdict.ActiveAuth, verdict.KeyNotCovered)),
			alter: altered(func(c *card) {
				dg15 := c.LDS[chip.FileDG(15)]
				dg15[len(dg15)-1] ^= 1
			}),
		},
		{
			Name: "two-persons", TitleVi: "DG1 và DG13 của hai người khác nhau", TitleEn: "DG1 and DG13 of two persons, both signed",
			Imitates: Mixer, Expect: expect(ExitFailed, fails(verdict.Consistency, verdict.DG1DG13Mismatch)),
			order: func(p persona.Persona, o *issuer.Options) error {
				someone := other(p)
				o.DG13 = &someone
				return nil
			},
		},
		{
			Name: "other-number", TitleVi: "Chip của người khác có cùng sáu số cuối (QR của người này)", TitleEn: "The chip of somebody else whose number ends in the same six digits (QR of this one)",
			Imitates: Mixer, Expect: expect(ExitFailed, fails(verdict.Consistency, verdict.KeyMismatch)),
			person: func(p *persona.Persona) { p.Number = namesake(p.Number) },
		},
		{
			Name: "sod-changed", TitleVi: "Chữ ký của SOD bị sửa", TitleEn: "The signature of the SOD changed",
			Imitates: Forger,
			// The signing time stands under the signature: without it nobody said when.
			Expect: expect(ExitFailed, fails(verdict.Signature, verdict.SignatureInvalid), open(verdict.Validity, verdict.SigningTimeUnknown)),
			alter: altered(func(c *card) {
				sod := c.LDS[chip.FileSOD]
				sod[len(sod)-1] ^= 1 // the last byte of the signature
			}),
		},
		{
			Name: "sod-rehashed", TitleVi: "DG13 bị sửa, mã băm trong SOD bị sửa theo", TitleEn: "DG13 changed, and its hash in the SOD with it",
			Imitates: Forger,
			Expect:   expect(ExitFailed, fails(verdict.Signature, verdict.DigestMismatch), open(verdict.Validity, verdict.SigningTimeUnknown)),
			alter:    rehash,
		},
		{
			Name: "sod-other-card", TitleVi: "SOD của thẻ khác", TitleEn: "The SOD of another card",
			Imitates: Mixer,
			Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch), open(verdict.Anchor, verdict.AnchorUnprovable),
				open(verdict.ActiveAuth, verdict.KeyNotCovered), open(verdict.ChipAuth, verdict.KeyNotCovered)).
				remark(verdict.Consistency, verdict.CardAccessNotSigned),
			alter: func(c *card) error {
				someone, err := c.issuer.Personalise(other(c.persona), issuer.Options{})
				c.LDS[chip.FileSOD] = someone.LDS[chip.FileSOD]
				return err
			},
		},
	}
}

// other returns the persona after p: somebody else.
func other(p persona.Persona) persona.Persona {
	all := persona.All()
	for i, one := range all {
		if one.Name == p.Name {
			return all[(i+1)%len(all)]
		}
	}
	return all[0]
}

// namesake is another number with the same last six digits: of the other sex.
func namesake(number string) string {
	b := []byte(number)
	b[3] = '0' + (b[3] - '0') ^ 1
	return string(b)
}

func changeDG1(c *card) {
	forged := c.persona
	forged.Expires.Year += 10
	if c.persona.Expires.IsZero() {
		forged.Expires = persona.Date{Year: 2048, Month: 12, Day: 31}
	}
	c.LDS[chip.FileDG(1)] = issuer.EncodeDG1(forged.MRZ())
}

func changeDG2(c *card) error {
	someone := other(c.persona)
	portrait, err := someone.ChipImage()
	c.LDS[chip.FileDG(2)] = issuer.EncodeFaces(someone.Sex, portrait)
	return err
}

func forgedDG13(p persona.Persona) []byte {
	p.Residence = "Số 999, Phường Giả Mạo, Thành phố Giả Mạo"
	return issuer.EncodeDG13(p, issuer.Wrapped)
}

// rehash changes DG13 and puts its hash into EF.SOD, where only the signature
// can tell.
func rehash(c *card) error {
	before := sha256.Sum256(c.LDS[chip.FileDG(13)])
	forged := forgedDG13(c.persona)
	after := sha256.Sum256(forged)
	sod := c.LDS[chip.FileSOD]
	if !bytes.Contains(sod, before[:]) {
		return errors.New("no hash of DG13 in EF.SOD")
	}
	c.LDS[chip.FileDG(13)], c.LDS[chip.FileSOD] = forged, bytes.Replace(sod, before[:], after[:], 1)
	return nil
}
