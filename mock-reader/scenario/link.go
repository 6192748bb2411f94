package scenario

import (
	"time"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// linked is a genuine card that is reached in another way.
func linked(name, vi, en string, link func(*chip.Profile)) Scenario {
	return Scenario{Name: name, TitleVi: vi, TitleEn: en, Imitates: OddLink, Expect: expect(ExitGenuine), link: link}
}

// linkTrouble are chips that answer in their own way.
func linkTrouble() []Scenario {
	return []Scenario{
		quirk("short-reads", "Chip trả ít byte hơn yêu cầu", "Chip returns fewer bytes than asked",
			func(c *card) { c.MaxResponse = 0x60 }),
		quirk("few-bytes", "Chip trả DG13 mỗi lần tám byte", "Chip returns DG13 eight bytes at a time",
			func(c *card) { c.Faults = chip.Faults{{File: chip.FileDG(13), Do: chip.Shorten, Bytes: 8}} }),
		linked("short-apdus", "Chip không hiểu APDU dài", "Chip without extended length",
			func(p *chip.Profile) { p.Extended = false }),
		linked("extended-lies", "Chip tự nhận hiểu APDU dài mà không hiểu", "Chip announces extended length and does not have it",
			func(p *chip.Profile) {
				p.ATR = chip.DefaultATR(apdu.ProtocolContactless, true)
				p.Extended = false
			}),
		linked("small-blocks", "Chip từ chối khối đọc trên A0 byte", "Chip refuses to read more than A0 bytes at once",
			func(p *chip.Profile) { p.Quirks.MaxLe = 0xA0 }),
		linked("t0", "Chip dùng giao thức T=0", "Chip with protocol T=0",
			func(p *chip.Profile) { p.Protocol, p.Extended = apdu.ProtocolT0, false }),
		linked("t1", "Chip tiếp xúc dùng giao thức T=1", "Contact chip with protocol T=1",
			func(p *chip.Profile) { p.Protocol = apdu.ProtocolT1 }),
		linked("length-corrected", "Chip sửa độ dài bằng 6Cxx ở cuối tệp", "Chip corrects the length by 6Cxx at the end of a file",
			func(p *chip.Profile) { p.Quirks.EndOfFile = chip.EndCorrect }),
		linked("end-silent", "Chip không báo khi đọc quá cuối tệp", "Chip says nothing when a read reaches beyond the end of a file",
			func(p *chip.Profile) { p.Quirks.EndOfFile = chip.EndSilent }),
		quirk("no-short-ids", "Chip không hiểu mã tệp ngắn", "Chip without short file identifiers",
			func(c *card) { c.Quirks.NoShortFileID = true }),
		quirk("short-ids-drop", "Chip ngắt kênh khi gặp mã tệp ngắn", "The chip drops the channel over a short file identifier",
			func(c *card) { c.Quirks.DropOnShortFileID = true }),
		quirk("no-com", "Thẻ không có EF.COM, chip ngắt kênh khi từ chối", "No EF.COM; the chip drops the channel when it refuses a file",
			func(c *card) {
				delete(c.LDS, chip.FileCOM)
				c.Quirks.DropOnRefusedSelect = true
			}),
		quirk("com-refused", "Chip không cho đọc EF.COM", "The chip refuses to have EF.COM read",
			func(c *card) { c.Quirks.FileSW[chip.FileCOM] = apdu.SWSecurityStatus }),
		quirk("slow", "Chip chậm: mỗi lệnh đọc thêm 20 ms", "Slow chip: 20 ms more for every block that is read",
			func(c *card) {
				c.Faults = chip.Faults{{Ins: apdu.InsReadBinary, Do: chip.Slow, Delay: 20 * time.Millisecond}}
			}),
		glitch("glitch-channel", "Kênh mất một lần khi đang đọc ảnh", "The channel is lost once while the portrait is read",
			chip.Fault{File: chip.FileDG(2), Offset: 6000, Times: 1, Do: chip.Forget}),
		glitch("glitch-bit", "Một bit sai trên đường truyền, một lần", "One bit wrong on the way, once",
			chip.Fault{File: chip.FileDG(2), Offset: 6000, Times: 1, Do: chip.FlipWire}),
		glitch("glitch-repeated", "Chip lặp lại câu trả lời trước, một lần", "The chip repeats the answer before, once",
			chip.Fault{File: chip.FileDG(13), Times: 1, Do: chip.Repeat}),
	}
}

// glitch is a genuine card that fails once, from which a read recovers.
func glitch(name, vi, en string, fault chip.Fault) Scenario {
	return Scenario{Name: name, TitleVi: vi, TitleEn: en, Imitates: Broken, Expect: expect(ExitGenuine), alter: faulty(fault)}
}
