package scenario

import (
	"bytes"

	"chipid/cardlib/tlv"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// malformedDG13 are cards whose DG13 tells wrong lengths: of the file, which the
// reader needs before it has the rest, and inside it, signed like that.
func malformedDG13() []Scenario {
	// What cannot be read whole cannot be compared with its hash.
	missing := expect(ExitUnproven, open(verdict.Hashes, verdict.GroupUnread), open(verdict.Consistency, verdict.DG13Missing))
	malformed := expect(ExitGenuine, open(verdict.Consistency, verdict.DG13Malformed))
	return []Scenario{
		file13("dg13-too-long", "DG13 tự nhận dài hơn tệp", "DG13 claims more than the file has", missing,
			func(dg13 []byte) []byte { return header(dg13, 0x82, 0x7F, 0xFF) }),
		file13("dg13-too-short", "DG13 tự nhận ngắn hơn nội dung", "DG13 claims less than its content",
			expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch), open(verdict.Consistency, verdict.DG13Malformed)),
			func(dg13 []byte) []byte { return header(dg13, 0x20) }),
		file13("dg13-indefinite", "DG13 có độ dài không xác định (80)", "DG13 of indefinite length (80)", missing,
			func(dg13 []byte) []byte { return header(dg13, 0x80) }),
		file13("dg13-claims-4gb", "DG13 tự nhận dài 4 GB", "DG13 claims to have 4 GB", missing,
			func(dg13 []byte) []byte { return header(dg13, 0x84, 0xFF, 0xFF, 0xFF, 0xFF) }),
		file13("dg13-empty", "Tệp DG13 rỗng", "DG13 is an empty file", missing,
			func([]byte) []byte { return nil }),
		file13("dg13-cut", "DG13 đứt ngay trong phần đầu", "DG13 ends inside its header", missing,
			func(dg13 []byte) []byte { return dg13[:2] }),
		signed13("dg13-padded-length", "Độ dài của DG13 ghi dài hơn cần thiết, đã ký", "DG13 with a longer form of its length than needed, and signed",
			expect(ExitGenuine), paddedLength),
		signed13("dg13-field-too-long", "Một trường của DG13 dài quá vỏ bọc, đã ký", "A field of DG13 reaches beyond its wrapper, and signed",
			malformed, func(dg13 []byte) []byte { return fieldLength(dg13, 0x83) }),
		signed13("dg13-field-too-short", "Một trường của DG13 ngắn hơn nội dung, đã ký", "A field of DG13 is shorter than its content, and signed",
			malformed, func(dg13 []byte) []byte { return fieldLength(dg13, 0x05) }),
		signed13("dg13-field-indefinite", "Một trường của DG13 có độ dài không xác định, đã ký", "A field of DG13 has indefinite length, and signed",
			malformed, func(dg13 []byte) []byte { return fieldLength(dg13, 0x80) }),
		signed13("dg13-no-fields", "DG13 không có trường nào, đã ký", "DG13 without any field, and signed",
			malformed, func([]byte) []byte { return tlv.Encode(0x6D) }),
	}
}

// file13 is a card whose DG13 was made wrong on the chip.
func file13(name, vi, en string, e Expect, change func([]byte) []byte) Scenario {
	return Scenario{
		Name: name, TitleVi: vi, TitleEn: en, Imitates: Attacker, Expect: e,
		alter: altered(func(c *card) { c.LDS[chip.FileDG(13)] = change(c.LDS[chip.FileDG(13)]) }),
	}
}

// signed13 is a card whose DG13 was made wrong before it was signed.
func signed13(name, vi, en string, e Expect, change func([]byte) []byte) Scenario {
	return Scenario{
		Name: name, TitleVi: vi, TitleEn: en, Imitates: IssuerSlip, Expect: e,
		order: replaced(13, func(p persona.Persona) ([]byte, error) { return change(issuer.EncodeDG13(p, issuer.Wrapped)), nil }),
	}
}

// header gives DG13 another length; its tag takes one byte.
func header(dg13 []byte, length ...byte) []byte {
	_, size, _, err := tlv.Header(dg13)
	if err != nil {
		return dg13
	}
	return append(append([]byte{0x6D}, length...), dg13[size:]...)
}

// paddedLength writes the length in a byte more than it needs.
func paddedLength(dg13 []byte) []byte {
	_, _, n, err := tlv.Header(dg13)
	if err != nil {
		return dg13
	}
	return header(dg13, 0x83, 0, byte(n>>8), byte(n))
}

// fieldLength gives the first field of DG13, the SEQUENCE with the personal
// number, another first byte of its length; 83 takes the three bytes after it as
// the length: more than 128 kB.
func fieldLength(dg13 []byte, length byte) []byte {
	if at := bytes.Index(dg13, []byte{0x30, 0x11, 0x02, 0x01, 0x01}); at >= 0 {
		dg13[at+1] = length
	}
	return dg13
}
