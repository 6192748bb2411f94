package conformance

import (
	"fmt"
	"strconv"

	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
)

// group is a case of layer 7.
func group(id, vi, en string, want Want, card func(*world) (build, error), rules ...rule) Case {
	return Case{ID: "LDS_" + id, TitleVi: vi, TitleEn: en, Want: want, card: card, rules: rules}
}

// dataGroups are units LDS_A to LDS_C, LDS_F and LDS_I as far as a chip that is
// otherwise in order can have them: a group with a wrong tag or length cannot be
// read whole, and what cannot be read cannot be genuine.
func dataGroups() []Case {
	com := func(alter func([]byte) []byte) func(*world) (build, error) {
		return plain(func(b *build) { b.LDS[chip.FileCOM] = alter(b.LDS[chip.FileCOM]) })
	}
	first := func(tag byte) func([]byte) []byte {
		return func(file []byte) []byte {
			file[0] = tag
			return file
		}
	}
	all := []Case{
		group("A_01", "EF.COM mang thẻ sai", "EF.COM with a wrong tag", WantAny, com(first(0x61)), readsSomething),
		group("A_08", "EF.COM không liệt kê đủ", "EF.COM does not list every group", WantGenuine, listed("com-short")),
		group("B_02", "Họ tên bị viết tắt trong MRZ", "A name too long for the MRZ", WantGenuine, plain(nil)),
		group("B_12", "DG1 của người khác", "DG1 and DG13 of two persons", WantRefused, listed("two-persons")),
		group("B_23", "Số kiểm tra chung của MRZ sai, đã ký", "A wrong composite check digit, and signed", WantAny, listed("dg1-check-digit"), readsSomething),
		group("B_24", "DG1 không có MRZ", "DG1 without the MRZ", WantRefused, signed(func(_ *world, b *build) error {
			b.LDS[chip.FileDG(1)] = tlv.Encode(0x61, tlv.Encode(0x5F1E, make([]byte, 90)))
			return nil
		})),
		group("C_02", "Ảnh JPEG chính diện", "A JPEG image, full frontal", WantGenuine, plain(nil), keepsToTheStandard),
		group("C_01", "Ảnh JPEG 2000 chính diện", "A JPEG 2000 image, full frontal", WantGenuine, listed("dg2-codestream"), keepsToTheStandard),
		group("C_28", "DG2 không có ảnh, đã ký", "DG2 without an image, and signed", WantAny, listed("dg2-no-image"), readsSomething),
	}
	for _, g := range []struct {
		unit  string
		group int
		tag   byte
		first int
	}{{"B", 1, 0x62, 5}, {"C", 2, 0x76, 4}, {"F", 14, 0x6F, 1}, {"I", 15, 0x70, 1}} {
		number := func(n int) string { return fmt.Sprintf("%s_%02d", g.unit, g.first+n) }
		name := "DG" + strconv.Itoa(g.group)
		all = append(all,
			group(number(0), name+" mang thẻ sai, đã ký", name+" with a wrong tag, and signed", WantRefused, signed(retag(g.group, g.tag))),
			group(number(1), name+" có độ dài quá nhỏ, đã ký", name+" with a length too small, and signed", WantRefused, signed(relength(g.group, -1))),
			group(number(2), name+" có độ dài quá lớn, đã ký", name+" with a length too big, and signed", WantRefused, signed(relength(g.group, 1))))
	}
	return all
}
