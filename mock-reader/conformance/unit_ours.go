package conformance

import (
	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// ours are cases that no guideline has.
func ours() []Case {
	c := func(id, vi, en string, want Want, card func(*world) (build, error), rules ...rule) Case {
		return Case{ID: "CHIPID_" + id, TitleVi: vi, TitleEn: en, Want: want, card: card, rules: rules}
	}
	failedPACE := c("01", "PACE hỏng, chip đòi đặt lại trước BAC", "PACE fails, and the chip wants a reset before BAC", WantGenuine,
		plain(func(b *build) {
			b.Quirks.ResetAfterPACE = true
			b.fault(chip.Fault{Ins: apdu.InsGeneralAuth, Do: chip.Status, SW: apdu.SWWarning})
			b.CA, b.Quirks.CA.RefuseSet = nil, apdu.SWFunctionNotSupported
		}), resetAfterFailure)
	failedPACE.ByMRZ, failedPACE.Want = true, WantAny // the chip cannot prove itself then: only what is sent counts
	return []Case{
		failedPACE,
		c("02", "CAN sai: không thử nhiều lần", "A wrong CAN is not tried again and again", WantRefused, listed("wrong-can"), atMostTries(3)),
		c("03", "Chip thông báo APDU dài nhưng không hiểu", "Extended length announced and not understood", WantGenuine, listed("extended-lies")),
		c("04", "Chip không có APDU dài", "No extended length", WantGenuine, listed("short-apdus"), keepsToTheStandard),
		c("05", "Bộ đếm của kênh an toàn sai", "An answer sealed with the counter of the one before", WantRefused,
			plain(func(b *build) { b.fault(chip.Fault{File: chip.FileDG(1), Do: chip.StaleCounter}) }), leavesTheChannel),
		c("06", "Chip lặp lại câu trả lời trước", "The answer before, once more", WantRefused,
			plain(func(b *build) { b.fault(chip.Fault{File: chip.FileDG(2), Do: chip.Repeat}) })),
		c("07", "Chip sao chép giả vờ hiểu kênh mới", "A copy bluffs after chip authentication", WantRefused, listed("ca-bluff")),
		c("08", "Xác thực chủ động phát lại", "A recorded answer of active authentication", WantRefused, listed("aa-replayed")),
		c("09", "DG14 và DG15 bị giấu", "DG14 and DG15 are hidden", WantRefused, listed("groups-stripped")),
		c("10", "EF.CardAccess bị sửa", "EF.CardAccess edited to offer weaker PACE", WantRefused, listed("cardaccess-changed")),
		c("11", "Người ký của nước khác", "A signer of another State", WantRefused, listed("signer-foreign")),
		c("12", "Đường cong của người ký bị đổi điểm sinh", "Explicit curve parameters with another generator", WantRefused, listed("curve-altered")),
		c("13", "Giao thức T=0", "T=0: TPDUs only", WantGenuine, listed("t0"), keepsToTheStandard),
		c("14", "Chip báo còn dữ liệu mãi mãi", "61xx without end", WantRefused, listed("endless-61xx")),
		c("15", "DG2 bị cắt cụt", "DG2 claims more than it has", WantRefused, plain(func(b *build) {
			b.LDS[chip.FileDG(2)] = b.LDS[chip.FileDG(2)][:1000]
		})),
	}
}
