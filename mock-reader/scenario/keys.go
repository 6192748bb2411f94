package scenario

import (
	"chipid/cardlib/apdu"
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
			Imitates: Copier, Expect: expect(ExitFailed, fails(verdict.ActiveAuth, verdict.Refused), fails(verdict.ChipAuth, verdict.Refused)),
			alter: altered(func(c *card) { c.CA, c.AA = nil, nil }),
		},
		copied("aa-missing", "Chip không có khóa xác thực chủ động dù DG15 có ghi", "Active authentication refused though DG15 announces it",
			fails(verdict.ActiveAuth, verdict.Refused), func(c *card) { c.AA = nil }),
		copied("aa-wrong", "Xác thực chủ động trả lời sai", "Active authentication answers with something else",
			fails(verdict.ActiveAuth, verdict.WrongAnswer), func(c *card) { c.Quirks.AA.Answer = chip.AAWrong }),
		copied("aa-replayed", "Xác thực chủ động phát lại câu trả lời cũ", "Active authentication replays an answer to another challenge",
			fails(verdict.ActiveAuth, verdict.WrongAnswer), func(c *card) { c.Quirks.AA.Answer = chip.AAReplayed }),
		{
			Name: "ca-wrong-key", TitleVi: "Khóa xác thực chip không phải khóa trong DG14", TitleEn: "Chip authentication with a key that is not that of DG14",
			Imitates: Copier, Expect: expect(ExitFailed, fails(verdict.ChipAuth, verdict.WrongAnswer)),
			alter: func(c *card) (err error) {
				c.CA[0].D, err = c.issuer.OtherChipKey(c.persona)
				return err
			},
		},
		copied("ca-bluff", "Chip giả vờ hiểu kênh mới của xác thực chip", "The chip pretends to understand the channel of chip authentication",
			fails(verdict.ChipAuth, verdict.WrongAnswer), func(c *card) { c.Quirks.CA.Bluff = true }),
		copied("ca-missing", "Chip từ chối xác thực chip dù DG14 có ghi", "Chip authentication refused though DG14 announces it",
			fails(verdict.ChipAuth, verdict.Refused), func(c *card) { c.CA = nil }),
		copied("ca-key-refused", "Chip từ chối khóa của đầu đọc khi xác thực chip", "Chip authentication begins, and refuses the reader's key",
			fails(verdict.ChipAuth, verdict.Refused), func(c *card) { c.Quirks.CA.RefuseKey = apdu.SWConditionsOfUse }),
		{
			Name: "dg15-replaced", TitleVi: "DG15 bị thay bằng khóa của kẻ làm giả", TitleEn: "DG15 replaced by the forger's own key",
			Imitates: Forger,
			Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch),
				open(verdict.ActiveAuth, verdict.KeyNotCovered), fails(verdict.ChipAuth, verdict.Refused)),
			alter: func(c *card) (err error) {
				c.CA = nil
				c.AA, c.LDS[chip.FileDG(15)], err = c.issuer.OtherAAKey(c.persona)
				return err
			},
		},
		keyed("no-keys", "Thẻ không có xác thực chủ động lẫn xác thực chip", "Card with neither active nor chip authentication",
			expect(ExitUnproven, open(verdict.ActiveAuth, verdict.NoKey), open(verdict.ChipAuth, verdict.NoKey)),
			func(o *issuer.Options) { o.NoActiveAuth, o.NoChipAuth = true, true }),
		keyed("aa-only", "Chỉ có xác thực chủ động", "Active authentication only",
			expect(ExitGenuine, open(verdict.ChipAuth, verdict.NoKey)), func(o *issuer.Options) { o.NoChipAuth = true }),
		keyed("ca-only", "Chỉ có xác thực chip", "Chip authentication only",
			expect(ExitGenuine, open(verdict.ActiveAuth, verdict.NoKey)), func(o *issuer.Options) { o.NoActiveAuth = true }),
		{
			Name: "aa-no-info", TitleVi: "Khóa xác thực chủ động ECDSA, DG14 không ghi thuật toán", TitleEn: "Active authentication with ECDSA, DG14 does not say with which hash",
			Imitates: Honest, Expect: expect(ExitGenuine),
			person: func(p *persona.Persona) { p.AA = persona.AAECDSA },
			order:  ordered(func(o *issuer.Options) { o.NoActiveAuthInfo = true }),
		},
		quirk("aa-after-ca", "Xác thực chủ động chỉ chạy sau xác thực chip", "Active authentication only after chip authentication",
			func(c *card) { c.Quirks.AA.When = chip.AAAfterCA }),
		quirk("aa-before-ca", "Xác thực chủ động chỉ chạy trước xác thực chip", "Active authentication only before chip authentication",
			func(c *card) { c.Quirks.AA.When = chip.AABeforeCA }),
	}
}

// copied is a copy that gives itself away by one check.
func copied(name, vi, en string, w why, alter func(*card)) Scenario {
	return Scenario{Name: name, TitleVi: vi, TitleEn: en, Imitates: Copier, Expect: expect(ExitFailed, w), alter: altered(alter)}
}

// keyed is a card that the issuer gave other keys.
func keyed(name, vi, en string, e Expect, order func(*issuer.Options)) Scenario {
	return Scenario{Name: name, TitleVi: vi, TitleEn: en, Imitates: Honest, Expect: e, order: ordered(order)}
}

// quirk is a genuine card whose chip has a habit.
func quirk(name, vi, en string, alter func(*card)) Scenario {
	return Scenario{Name: name, TitleVi: vi, TitleEn: en, Imitates: OddChip, Expect: expect(ExitGenuine), alter: altered(alter)}
}
