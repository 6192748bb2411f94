package conformance

import (
	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// readsGroups is a READ BINARY or SELECT of a data group.
func readsGroups(e Event) bool {
	return e.Plain.INS == apdu.InsReadBinary && e.Plain.P1&0x80 != 0 && e.Plain.P1 != 0x9E && e.PlainResponse.SW.OK()
}

// applicationSelection is unit ISO7816_A.
func applicationSelection() []Case {
	return []Case{
		{
			ID: "ISO7816_A_02", ICAO: "ISO7816_A_02", TitleVi: "Thẻ chỉ có BAC", TitleEn: "A card with BAC alone",
			ByMRZ: true, Want: WantGenuine, card: bacOnly(nil), rules: []rule{keepsToTheStandard},
		},
		{
			ID: "ISO7816_A_03", ICAO: "ISO7816_A_04", TitleVi: "Không có ứng dụng eMRTD", TitleEn: "The application cannot be selected",
			Want: WantRefused, card: paceOnly(func(b *build) { b.AID = []byte{0xA0, 0, 0, 2, 0x47, 0x10, 0x7F} }),
			rules: []rule{neverSends("no data group is read", readsGroups)},
		},
	}
}

// basicAccess is unit ISO7816_B.
func basicAccess() []Case {
	external := func(alter func(resp apdu.Response) apdu.Response) func(*world) (build, error) {
		return bacOnly(func(b *build) {
			b.twist(func(cmd apdu.Command, resp apdu.Response) apdu.Response {
				if cmd.INS != apdu.InsExternalAuth || !resp.SW.OK() {
					return resp
				}
				return alter(resp)
			})
		})
	}
	broken := func(do chip.Action) func(*world) (build, error) {
		return plain(func(b *build) { b.fault(chip.Fault{File: chip.FileDG(1), Do: do}) })
	}
	c := func(id, icao, vi, en string, card func(*world) (build, error), rules ...rule) Case {
		return Case{ID: "ISO7816_B_" + id, ICAO: icao, TitleVi: vi, TitleEn: en, Want: WantRefused, card: card, rules: rules}
	}
	all := []Case{
		c("01", "ISO7816_B_01", "MAC trong trả lời BAC sai", "The MAC in the answer of BAC is wrong",
			external(func(r apdu.Response) apdu.Response { return changed(r, len(r.Data)-1) }), noChannel),
		c("02", "ISO7816_B_02", "Bản mã trong trả lời BAC sai", "The cryptogram in the answer of BAC is wrong",
			external(func(r apdu.Response) apdu.Response { return changed(r, 20) }), noChannel),
		c("03", "ISO7816_B_03", "Chip từ chối BAC", "The chip refuses the terminal in BAC",
			external(func(apdu.Response) apdu.Response { return apdu.Response{SW: apdu.SWWarning} }), noChannel, atMostTries(3)),
	}
	for i := range all {
		all[i].ByMRZ = true
	}
	return append(all,
		c("04", "ISO7816_D_01", "Chip báo lỗi kênh an toàn", "The chip says that secure messaging failed",
			plain(func(b *build) { b.fault(chip.Fault{File: chip.FileDG(1), Do: chip.Forget}) }), leavesTheChannel),
		c("05", "ISO7816_D_02", "Trả lời thiếu MAC", "An answer without its MAC", broken(chip.NoMAC), leavesTheChannel),
		c("06", "ISO7816_D_03", "Trả lời thiếu bản mã", "An answer without its cryptogram", broken(chip.NoCryptogram)),
		c("07", "ISO7816_D_04", "Trả lời thiếu mã trạng thái được bảo vệ", "An answer without its secured status word",
			broken(chip.NoStatus), leavesTheChannel),
		c("08", "ISO7816_D_05", "MAC của trả lời sai", "An answer with a wrong MAC", broken(chip.WrongMAC), leavesTheChannel),
		c("09", "ISO7816_D_06", "Bản mã của trả lời sai", "An answer with a wrong cryptogram", broken(chip.WrongCryptogram), leavesTheChannel),
		Case{
			ID: "ISO7816_B_10", ICAO: "LDS_D_32", TitleVi: "Người ký bị thu hồi", TitleEn: "A signer on the revocation list",
			Want: WantRefused, card: listed("signer-revoked"),
		},
	)
}

// changed is an answer with one byte changed.
func changed(r apdu.Response, at int) apdu.Response {
	data := append([]byte(nil), r.Data...)
	if at >= 0 && at < len(data) {
		data[at] ^= 1
	}
	return apdu.Response{Data: data, SW: r.SW}
}
