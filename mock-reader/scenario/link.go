package scenario

import (
	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// quirk is a genuine card whose chip or link has a habit.
func quirk(name, vi, en string, alter func(*card)) Scenario {
	return Scenario{
		Name: name, TitleVi: vi, TitleEn: en, Expect: expect(ExitGenuine),
		alter: func(c *card) error {
			alter(c)
			return nil
		},
	}
}

// linked is a genuine card that is reached in another way.
func linked(name, vi, en string, link func(*chip.Profile)) Scenario {
	return Scenario{Name: name, TitleVi: vi, TitleEn: en, Expect: expect(ExitGenuine), link: link}
}

// linkTrouble are chips that answer in their own way, or stop answering.
func linkTrouble() []Scenario {
	return []Scenario{
		quirk("short-reads", "Chip trả ít byte hơn yêu cầu", "Chip returns fewer bytes than asked",
			func(c *card) { c.MaxResponse = 0x60 }),
		linked("short-apdus", "Chip không hiểu APDU dài", "Chip without extended length",
			func(p *chip.Profile) { p.Extended = false }),
		linked("small-blocks", "Chip từ chối khối đọc trên A0 byte", "Chip refuses to read more than A0 bytes at once",
			func(p *chip.Profile) { p.Extended, p.Quirks.MaxLe = false, 0xA0 }),
		linked("t0", "Chip dùng giao thức T=0", "Chip with protocol T=0",
			func(p *chip.Profile) { p.Protocol, p.Extended = apdu.ProtocolT0, false }),
		linked("length-corrected", "Chip sửa độ dài bằng 6Cxx ở cuối tệp", "Chip corrects the length by 6Cxx at the end of a file",
			func(p *chip.Profile) { p.Extended, p.Quirks.EndOfFile = false, chip.EndCorrect }),
		quirk("no-com", "Thẻ không có EF.COM, chip ngắt kênh khi từ chối", "No EF.COM; the chip drops the channel when it refuses a file",
			func(c *card) {
				delete(c.LDS, chip.FileCOM)
				c.Quirks.DropOnRefusedSelect = true
			}),
		{
			Name: "dies-half-way", TitleVi: "Chip tắt giữa chừng khi đọc ảnh", TitleEn: "Chip dies half-way through the portrait",
			Expect: expectError("CARD_REMOVED"),
			alter: func(c *card) error {
				c.Faults = chip.Faults{{File: chip.FileDG(2), Offset: 6000, Do: chip.Tear}}
				return nil
			},
		},
		{
			Name: "dies-early", TitleVi: "Chip tắt khi vừa mở khóa", TitleEn: "Chip dies as soon as it is opened",
			Expect: expectError("CARD_REMOVED"),
			alter: func(c *card) error {
				c.Faults = chip.Faults{{File: chip.FileSOD, Do: chip.Tear}}
				return nil
			},
		},
	}
}
