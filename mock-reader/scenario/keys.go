package scenario

import (
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// chipKeys are chips that cannot prove themselves, or prove something else.
func chipKeys() []Scenario {
	return []Scenario{
		{
			Name: "copied-chip", TitleVi: "Chip sao chép: dữ liệu đúng, không có khóa", TitleEn: "Copied chip: the data is right, the private keys are missing",
			Expect: expect(ExitFailed, fails(verdict.ActiveAuth, verdict.Refused), fails(verdict.ChipAuth, verdict.Refused)),
			alter: func(c *card) error {
				c.CA, c.AA = nil, nil
				return nil
			},
		},
		{
			Name: "aa-missing", TitleVi: "Chip không có khóa xác thực chủ động dù DG15 có ghi", TitleEn: "Active authentication refused though DG15 announces it",
			Expect: expect(ExitFailed, fails(verdict.ActiveAuth, verdict.Refused)),
			alter: func(c *card) error {
				c.AA = nil
				return nil
			},
		},
		{
			Name: "aa-wrong", TitleVi: "Xác thực chủ động trả lời sai", TitleEn: "Active authentication answers with something else",
			Expect: expect(ExitFailed, fails(verdict.ActiveAuth, verdict.WrongAnswer)),
			alter: func(c *card) error {
				c.Quirks.AA.Answer = chip.AAWrong
				return nil
			},
		},
		{
			Name: "aa-replayed", TitleVi: "Xác thực chủ động phát lại câu trả lời cũ", TitleEn: "Active authentication replays an answer to another challenge",
			Expect: expect(ExitFailed, fails(verdict.ActiveAuth, verdict.WrongAnswer)),
			alter: func(c *card) error {
				c.Quirks.AA.Answer = chip.AAReplayed
				return nil
			},
		},
		{
			Name: "ca-wrong-key", TitleVi: "Khóa xác thực chip không phải khóa trong DG14", TitleEn: "Chip authentication with a key that is not that of DG14",
			Expect: expect(ExitFailed, fails(verdict.ChipAuth, verdict.WrongAnswer)),
			alter: func(c *card) (err error) {
				c.CA[0].D, err = c.issuer.OtherChipKey(c.persona)
				return err
			},
		},
		{
			Name: "ca-missing", TitleVi: "Chip từ chối xác thực chip dù DG14 có ghi", TitleEn: "Chip authentication refused though DG14 announces it",
			Expect: expect(ExitFailed, fails(verdict.ChipAuth, verdict.Refused)),
			alter: func(c *card) error {
				c.CA = nil
				return nil
			},
		},
		{
			Name: "dg15-replaced", TitleVi: "DG15 bị thay bằng khóa của kẻ làm giả", TitleEn: "DG15 replaced by the forger's own key",
			Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch),
				open(verdict.ActiveAuth, verdict.KeyNotCovered), fails(verdict.ChipAuth, verdict.Refused)),
			alter: func(c *card) (err error) {
				c.CA = nil
				c.AA, c.LDS[chip.FileDG(15)], err = c.issuer.OtherAAKey(c.persona)
				return err
			},
		},
		{
			Name: "no-keys", TitleVi: "Thẻ không có xác thực chủ động lẫn xác thực chip", TitleEn: "Card with neither active nor chip authentication",
			Expect: expect(ExitUnproven, open(verdict.ActiveAuth, verdict.NoKey), open(verdict.ChipAuth, verdict.NoKey)),
			order: func(_ persona.Persona, o *issuer.Options) {
				o.NoActiveAuth, o.NoChipAuth = true, true
			},
		},
		{
			Name: "aa-only", TitleVi: "Chỉ có xác thực chủ động", TitleEn: "Active authentication only",
			Expect: expect(ExitGenuine, open(verdict.ChipAuth, verdict.NoKey)),
			order:  func(_ persona.Persona, o *issuer.Options) { o.NoChipAuth = true },
		},
		{
			Name: "ca-only", TitleVi: "Chỉ có xác thực chip", TitleEn: "Chip authentication only",
			Expect: expect(ExitGenuine, open(verdict.ActiveAuth, verdict.NoKey)),
			order:  func(_ persona.Persona, o *issuer.Options) { o.NoActiveAuth = true },
		},
		{
			Name: "aa-after-ca", TitleVi: "Xác thực chủ động chỉ chạy sau xác thực chip", TitleEn: "Active authentication only after chip authentication",
			Expect: expect(ExitGenuine),
			alter: func(c *card) error {
				c.Quirks.AA.When = chip.AAAfterCA
				return nil
			},
		},
		{
			Name: "aa-before-ca", TitleVi: "Xác thực chủ động chỉ chạy trước xác thực chip", TitleEn: "Active authentication only before chip authentication",
			Expect: expect(ExitGenuine),
			alter: func(c *card) error {
				c.Quirks.AA.When = chip.AABeforeCA
				return nil
			},
		},
	}
}
