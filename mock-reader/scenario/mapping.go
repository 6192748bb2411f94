package scenario

import (
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// mapping are chips that nothing proves but PACE with chip authentication mapping
// and EF.CardSecurity, which has a signer of its own.
func mapping() []Scenario {
	alone := open(verdict.ActiveAuth, verdict.NoKey)
	return []Scenario{
		cam("cam", "Chip chỉ được chứng minh bằng PACE-CAM", "Proven by PACE with chip authentication mapping alone",
			Honest, expect(ExitGenuine, alone), nil),
		cam("cam-and-gm", "Chip chào PACE-GM và PACE-CAM", "PACE offered with generic and with chip authentication mapping",
			Honest, expect(ExitGenuine, alone), nil, issuer.UsualPACE),
		cam("cam-unanchored", "EF.CardSecurity do người lạ ký", "EF.CardSecurity signed by a signer that nobody knows",
			Forger, expect(ExitUnproven, alone, open(verdict.ChipAuth, verdict.CardSecurityUntrusted)), func(c *card, o issuer.Options) error {
				return c.signSecurity(o, issuer.Unknown)
			}),
		cam("cam-foreign", "EF.CardSecurity do nước khác ký", "EF.CardSecurity signed by another State's signer",
			Forger, expect(ExitFailed, alone, fails(verdict.ChipAuth, verdict.CardSecurityInvalid)).remark(verdict.ChipAuth, verdict.CountryMismatch),
			func(c *card, o issuer.Options) error { return c.signSecurity(o, issuer.Foreign) }),
		cam("cam-forged", "Chip không có khóa ghi trong EF.CardSecurity", "The chip does not hold the key of its EF.CardSecurity",
			Copier, expect(ExitFailed, alone, fails(verdict.ChipAuth, verdict.WrongAnswer)), func(c *card, _ issuer.Options) (err error) {
				c.PACE[0].ChipKey, err = c.issuer.OtherChipKey(c.persona)
				return err
			}),
		cam("cam-changed", "EF.CardSecurity bị sửa", "EF.CardSecurity changed after it was signed",
			Forger, expect(ExitFailed, alone, fails(verdict.ChipAuth, verdict.CardSecurityInvalid)).remark(verdict.ChipAuth, verdict.SignatureInvalid),
			func(c *card, _ issuer.Options) error {
				file := c.MF[chip.FileCardSecurity]
				file[len(file)-1] ^= 1 // the last byte of the signature
				return nil
			}),
		cam("cam-missing", "Chip không có EF.CardSecurity dù dùng PACE-CAM", "No EF.CardSecurity though PACE ran with chip authentication mapping",
			Copier, expect(ExitUnproven, alone, open(verdict.ChipAuth, verdict.CardSecurityUnread)), func(c *card, _ issuer.Options) error {
				delete(c.MF, chip.FileCardSecurity)
				return nil
			}),
		{
			Name: "cam-not-spoken", TitleVi: "Chip chào PACE-CAM nhưng chỉ hiểu PACE-GM", TitleEn: "PACE-CAM offered, and refused; generic mapping works",
			Imitates: OddChip, Expect: expect(ExitGenuine),
			order: ordered(func(o *issuer.Options) { o.PACE = []issuer.PACEKind{chipMapping, issuer.UsualPACE} }),
			alter: altered(func(c *card) { c.PACE = c.PACE[1:] }),
		},
		{
			Name: "ca-in-cardsecurity", TitleVi: "Khóa xác thực chip nằm trong EF.CardSecurity", TitleEn: "The key of chip authentication stands in EF.CardSecurity",
			Imitates: Honest, Expect: expect(ExitGenuine, alone),
			order: ordered(keysUnderMF),
			alter: func(c *card) (err error) {
				var o issuer.Options
				keysUnderMF(&o)
				o.Signer.NamedCurve = c.persona.Generation == persona.CanCuoc2024
				c.MF[chip.FileCardSecurity], err = c.issuer.ChipKeySecurity(c.persona, o)
				return err
			},
		},
	}
}

// chipMapping is PACE with chip authentication mapping.
var chipMapping = issuer.PACEKind{Mapping: chip.ChipAuthMapping, Cipher: chip.AES128, Parameter: brainpoolP256r1}

// keysUnderMF leaves DG14 away.
func keysUnderMF(o *issuer.Options) {
	o.NoActiveAuth = true
	o.Groups = map[int][]byte{14: nil}
}

// cam is a chip with chip authentication mapping and no other key; more are
// further ways of PACE that it offers.
func cam(name, vi, en string, as Imitation, e Expect, change func(*card, issuer.Options) error, more ...issuer.PACEKind) Scenario {
	order := func(o *issuer.Options) {
		o.NoActiveAuth, o.NoChipAuth = true, true
		o.PACE = append([]issuer.PACEKind{chipMapping}, more...)
	}
	s := Scenario{Name: name, TitleVi: vi, TitleEn: en, Imitates: as, Expect: e, order: ordered(order)}
	if change != nil {
		s.alter = func(c *card) error {
			var o issuer.Options
			order(&o)
			return change(c, o)
		}
	}
	return s
}

// signSecurity lets a signer of another authority sign EF.CardSecurity.
func (c *card) signSecurity(o issuer.Options, by issuer.Authority) (err error) {
	o.Signer.Authority = by
	o.Signer.NamedCurve = c.persona.Generation == persona.CanCuoc2024
	c.MF[chip.FileCardSecurity], err = c.issuer.CardSecurity(c.persona, o)
	return err
}
