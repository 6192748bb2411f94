package scenario

import (
	"chipid/cardlib/apdu"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// access are cards that are entered in another way, or not at all.
func access() []Scenario {
	return []Scenario{
		closed("wrong-can", "CAN của chip không khớp số định danh", "The chip's CAN is not the one of the number",
			WrongKey, "ACCESS_DENIED", otherCAN),
		closed("wrong-can-counted", "CAN không khớp, chip đếm số lần thử", "Wrong CAN, and the chip counts the tries",
			WrongKey, "ACCESS_DENIED", func(c *card) {
				c.CAN = "999999"
				c.Quirks.PACETries = 3
			}),
		closed("pace-last-try", "Chip báo chỉ còn một lần thử CAN", "The chip says that one try of the CAN is left",
			WrongKey, "ACCESS_DENIED", func(c *card) {
				c.Faults = chip.Faults{{Ins: apdu.InsMSE, Do: chip.Status, SW: 0x63C1}}
			}),
		closed("pace-blocked", "CAN đã bị khóa", "The CAN is blocked: no tries are left",
			WrongKey, "ACCESS_DENIED", func(c *card) {
				c.Faults = chip.Faults{{Ins: apdu.InsMSE, Do: chip.Status, SW: apdu.SWAuthBlocked}}
			}),
		{
			Name: "bac-only", TitleVi: "Chip chỉ dùng BAC", TitleEn: "Chip that only speaks BAC",
			Imitates: Honest, Expect: expectError("ACCESS_NEEDS_QR_OR_MRZ"),
			order: ordered(func(o *issuer.Options) { o.NoPACE = true }),
		},
		quirk("pace-only", "Chip chỉ dùng PACE, không có BAC", "Chip that only speaks PACE",
			func(c *card) { c.BAC = false }),
		closed("pace-hidden", "Chip giấu PACE dù DG14 có ghi", "Chip hides PACE though its signed DG14 offers it",
			Forger, "ACCESS_NEEDS_QR_OR_MRZ", func(c *card) {
				c.Faults = chip.Faults{{File: chip.FileCardAccess, Do: chip.Status, SW: apdu.SWSecurityStatus}}
				c.PACE, c.CAN = nil, ""
			}),
		closed("pace-breaks-off", "Chip nhận PACE rồi ngừng, phải đặt lại mới thử cách khác", "The chip accepts PACE, breaks it off, and wants a reset before anything else",
			Broken, "CARD_PROTOCOL", func(c *card) {
				c.Quirks.ResetAfterPACE = true
				c.Faults = chip.Faults{{Ins: apdu.InsGeneralAuth, Do: chip.Status, SW: apdu.SWUnspecified}}
			}),
		closed("pace-garbage", "Chip trả lời PACE bằng dữ liệu ngẫu nhiên", "The chip answers PACE with random bytes",
			Attacker, "CARD_PROTOCOL", func(c *card) {
				c.Faults = chip.Faults{{Ins: apdu.InsGeneralAuth, Do: chip.Replace, Bytes: 69}}
			}),
		closed("other-application", "Không có ứng dụng eMRTD sau khi mở", "No eMRTD application behind PACE",
			Broken, "CARD_UNKNOWN", func(c *card) { c.AID = []byte{0xF0, 0x53, 0x59, 0x4E, 0x54, 0x49} }),
		{
			Name: "cardaccess-changed", TitleVi: "EF.CardAccess bị sửa: chào PACE yếu hơn", TitleEn: "EF.CardAccess edited: offers PACE with a weaker cipher",
			Imitates: Forger, Expect: expect(ExitFailed, fails(verdict.Consistency, verdict.CardAccessMismatch)),
			alter: altered(func(c *card) {
				c.MF[chip.FileCardAccess] = issuer.DowngradedCardAccess()
				c.PACE = append(c.PACE, issuer.PACE(chip.TDES))
			}),
		},
		assumed("cardaccess-missing", "Không đọc được EF.CardAccess", "EF.CardAccess cannot be read", OddChip,
			func(c *card) { delete(c.MF, chip.FileCardAccess) }),
		assumed("cardaccess-malformed", "EF.CardAccess không đúng cấu trúc", "EF.CardAccess is malformed", Broken,
			func(c *card) { c.MF[chip.FileCardAccess] = []byte{0x31, 0x04, 0x30, 0x7F, 0x06, 0x00} }),
		assumed("cardaccess-endless", "EF.CardAccess tự nhận dài 16 MB", "EF.CardAccess claims to have 16 MB", Attacker,
			func(c *card) {
				c.MF[chip.FileCardAccess] = append([]byte{0x31, 0x83, 0xFF, 0xFF, 0xFF}, make([]byte, 4096)...)
			}),
		{
			Name: "pace-unsigned", TitleVi: "DG14 không nhắc đến PACE", TitleEn: "DG14 says nothing of PACE",
			Imitates: Honest, Expect: expect(ExitGenuine).remark(verdict.Consistency, verdict.CardAccessNotSigned),
			order: ordered(func(o *issuer.Options) { o.PACEUnsigned = true }),
		},
		quirk("pace-needs-parameter", "PACE đòi mã tham số trong MSE:Set AT", "PACE wants the parameter id in MSE:Set AT",
			func(c *card) { c.Quirks.ParameterTag = chip.TagRequired }),
		quirk("pace-refuses-parameter", "PACE từ chối mã tham số trong MSE:Set AT", "PACE refuses the parameter id in MSE:Set AT",
			func(c *card) { c.Quirks.ParameterTag = chip.TagRefused }),
	}
}

// closed is a card that is not opened with the number.
func closed(name, vi, en string, imitates Imitation, code string, alter func(*card)) Scenario {
	return Scenario{Name: name, TitleVi: vi, TitleEn: en, Imitates: imitates, Expect: expectError(code), alter: altered(alter)}
}

// assumed is a genuine card whose EF.CardAccess is of no use.
func assumed(name, vi, en string, imitates Imitation, alter func(*card)) Scenario {
	return Scenario{
		Name: name, TitleVi: vi, TitleEn: en, Imitates: imitates,
		Expect: expect(ExitGenuine).remark(verdict.Consistency, verdict.CardAccessAssumed), alter: altered(alter),
	}
}

func otherCAN(c *card) {
	can := []byte(c.CAN)
	can[0] = '0' + (can[0]-'0'+5)%10
	c.CAN = string(can)
}
