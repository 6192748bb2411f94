package conformance

import (
	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// readingFiles is unit ISO7816_C.
func readingFiles() []Case {
	c := func(id, vi, en string, want Want, card func(*world) (build, error), rules ...rule) Case {
		return Case{ID: "ISO7816_C_" + id, ICAO: "ISO7816_F_" + id, TitleVi: vi, TitleEn: en, Want: want, card: card, rules: rules}
	}
	end := func(habit chip.EndOfFile) func(*world) (build, error) {
		return plain(func(b *build) { b.Quirks.EndOfFile = habit })
	}
	odd := sends("READ BINARY with the odd instruction is used beyond offset 7FFF", func(e Event) bool {
		return e.Plain.INS == apdu.InsReadBinaryOdd && e.PlainResponse.SW.OK()
	})
	return []Case{
		c("01", "Không chọn được tệp DG2 mà SOD có ghi", "A file that EF.SOD lists cannot be selected", WantRefused, listed("dg2-missing")),
		c("02", "Tệp lớn", "A large file", WantGenuine, listed("dg2-large"), keepsToTheStandard),
		c("03", "Chip không báo khi đọc quá cuối tệp", "Reading beyond the end: the chip says nothing", WantGenuine, end(chip.EndSilent), keepsToTheStandard),
		c("04", "Chip trả 6B00 khi đọc quá cuối tệp", "Reading beyond the end: 6B00 and no data", WantGenuine, end(chip.EndRefused)),
		c("05", "Chip trả 6282 ở cuối tệp", "Reading beyond the end: 6282", WantGenuine, end(chip.EndWarning), keepsToTheStandard),
		c("06", "Chip trả 6Cxx ở cuối tệp", "Reading beyond the end: 6Cxx", WantGenuine, end(chip.EndCorrect)),
		c("07", "Đọc bằng lệnh lẻ B1", "Reading with the odd instruction", WantGenuine, listed("dg2-large"), odd),
		c("08", "DG2 có ảnh độ dài 0", "DG2 with an image of no length", WantAny, listed("dg2-no-image"), readsSomething),
	}
}
