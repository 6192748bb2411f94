package scenario

import (
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// access are cards that are entered in another way, or not at all.
func access() []Scenario {
	return []Scenario{
		{
			Name: "wrong-can", TitleVi: "CAN của chip không khớp số định danh", TitleEn: "The chip's CAN is not the one of the number",
			Expect: expectError("ACCESS_DENIED"),
			alter: func(c *card) error {
				can := []byte(c.CAN)
				can[0] = '0' + (can[0]-'0'+5)%10
				c.CAN = string(can)
				return nil
			},
		},
		{
			Name: "bac-only", TitleVi: "Chip chỉ dùng BAC", TitleEn: "Chip that only speaks BAC",
			Expect: expectError("ACCESS_NEEDS_QR_OR_MRZ"),
			order:  func(_ persona.Persona, o *issuer.Options) { o.NoPACE = true },
		},
		{
			Name: "pace-hidden", TitleVi: "Chip giấu PACE dù DG14 có ghi", TitleEn: "Chip hides PACE though its signed DG14 offers it",
			Expect: expectError("ACCESS_NEEDS_QR_OR_MRZ"),
			alter: func(c *card) error {
				delete(c.MF, chip.FileCardAccess)
				c.PACE, c.CAN = nil, ""
				return nil
			},
		},
		{
			Name: "cardaccess-changed", TitleVi: "EF.CardAccess bị sửa: chào PACE yếu hơn", TitleEn: "EF.CardAccess edited: offers PACE with a weaker cipher",
			Expect: expect(ExitFailed, fails(verdict.Consistency, verdict.CardAccessMismatch)),
			alter: func(c *card) error {
				c.MF[chip.FileCardAccess] = issuer.DowngradedCardAccess()
				c.PACE = append(c.PACE, issuer.PACE(chip.TDES))
				return nil
			},
		},
		{
			Name: "cardaccess-missing", TitleVi: "Không đọc được EF.CardAccess", TitleEn: "EF.CardAccess cannot be read",
			Expect: expect(ExitGenuine).remark(verdict.Consistency, verdict.CardAccessAssumed),
			alter: func(c *card) error {
				delete(c.MF, chip.FileCardAccess)
				return nil
			},
		},
		{
			Name: "pace-unsigned", TitleVi: "DG14 không nhắc đến PACE", TitleEn: "DG14 says nothing of PACE",
			Expect: expect(ExitGenuine).remark(verdict.Consistency, verdict.CardAccessNotSigned),
			order:  func(_ persona.Persona, o *issuer.Options) { o.PACEUnsigned = true },
		},
		{
			Name: "pace-needs-parameter", TitleVi: "PACE đòi mã tham số trong MSE:Set AT", TitleEn: "PACE wants the parameter id in MSE:Set AT",
			Expect: expect(ExitGenuine),
			alter: func(c *card) error {
				c.Quirks.ParameterTag = chip.TagRequired
				return nil
			},
		},
		{
			Name: "pace-refuses-parameter", TitleVi: "PACE từ chối mã tham số trong MSE:Set AT", TitleEn: "PACE refuses the parameter id in MSE:Set AT",
			Expect: expect(ExitGenuine),
			alter: func(c *card) error {
				c.Quirks.ParameterTag = chip.TagRefused
				return nil
			},
		},
	}
}
