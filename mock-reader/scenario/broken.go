package scenario

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"

	"chipid/cardlib/apdu"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
)

// brokenLinks are chips that stop answering, or answer what nobody asked.
func brokenLinks() []Scenario {
	return []Scenario{
		breaks("dies-half-way", "Chip tắt giữa chừng khi đọc ảnh", "Chip dies half-way through the portrait", "CARD_REMOVED",
			chip.Fault{File: chip.FileDG(2), Offset: 6000, Do: chip.Tear}),
		breaks("dies-early", "Chip tắt khi vừa mở khóa", "Chip dies as soon as it is opened", "CARD_REMOVED",
			chip.Fault{File: chip.FileSOD, Do: chip.Tear}),
		breaks("dies-in-pace", "Thẻ bị nhấc ra khi đang mở khóa", "Card taken away while it is being opened", "CARD_REMOVED",
			chip.Fault{Ins: apdu.InsGeneralAuth, Do: chip.Tear}),
		breaks("dies-proving", "Thẻ bị nhấc ra khi đang tự chứng minh", "Card taken away while it proves itself", "CARD_REMOVED",
			chip.Fault{Ins: apdu.InsInternalAuth, Do: chip.Tear}),
		breaks("silent", "Chip im lặng khi đọc DG1", "Chip falls silent when DG1 is read", "LINK_FAILED",
			chip.Fault{File: chip.FileDG(1), Do: chip.Mute}),
		breaks("garbage", "Từ khi mở khóa, câu trả lời nào cũng sai một bit", "Once opened, every answer has a wrong bit", "CHANNEL_LOST",
			chip.Fault{From: 9, Ins: apdu.InsReadBinary, Do: chip.FlipWire}),
		{
			Name: "random-status", TitleVi: "Chip trả mã trạng thái ngẫu nhiên khi đọc ảnh", TitleEn: "Status words at random for the portrait",
			Imitates: Broken, Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.Stripped)).withoutPhoto(),
			alter: altered(func(c *card) { c.Faults = randomStatus(c.Name, chip.FileDG(2)) }),
		},
	}
}

// breaks is a card that cannot be read to its end.
func breaks(name, vi, en, code string, fault chip.Fault) Scenario {
	return Scenario{Name: name, TitleVi: vi, TitleEn: en, Imitates: Broken, Expect: expectError(code), alter: faulty(fault)}
}

// refusals are status words by which a chip refuses a file, right and wrong ones.
var refusals = []apdu.SW{0x6400, 0x6581, 0x6600, 0x6883, 0x6900, 0x6985, 0x6986, 0x69F0, 0x6A00, 0x6A81, 0x6A82, 0x6A88, 0x6B00, 0x6D00, 0x6E00, 0x6F42, 0x6FFF}

// maxCommands is a number of commands that no read of one card reaches.
const maxCommands = 256

// randomStatus answers every command about a file with one of the refusals, drawn
// from a stream that the name begins, so that a card is the same every time.
func randomStatus(name string, file uint16) chip.Faults {
	var faults chip.Faults
	for n := range maxCommands {
		draw := sha256.Sum256([]byte(name + "/" + strconv.Itoa(n)))
		sw := refusals[binary.BigEndian.Uint32(draw[:])%uint32(len(refusals))]
		faults = append(faults, chip.Fault{Command: n + 1, File: file, Do: chip.Status, SW: sw})
	}
	return faults
}
