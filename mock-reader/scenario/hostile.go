package scenario

import (
	"bytes"
	"encoding/binary"
	"errors"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// hostile are cards that try to exhaust or to confuse whoever reads them.
func hostile() []Scenario {
	return []Scenario{
		{
			Name: "dg2-claims-16mb", TitleVi: "DG2 tự nhận dài 16 MB", TitleEn: "DG2 claims to have 16 MB",
			Imitates: Attacker, Expect: expect(ExitUnproven, open(verdict.Hashes, verdict.GroupUnread)).withoutPhoto(),
			alter: altered(func(c *card) {
				c.LDS[chip.FileDG(2)] = append([]byte{0x75, 0x83, 0xFF, 0xFF, 0xFF}, make([]byte, 64<<10)...)
			}),
		},
		{
			Name: "endless-61xx", TitleVi: "Chip báo còn dữ liệu mãi mãi (61xx)", TitleEn: "The chip announces more data for ever (61xx)",
			Imitates: Attacker, Expect: expectError("LINK_FAILED"),
			alter: faulty(
				chip.Fault{File: chip.FileDG(13), Do: chip.PlainStatus, SW: 0x6100},
				chip.Fault{Ins: apdu.InsGetResponse, Do: chip.Status, SW: 0x6100}),
		},
		{
			Name: "dg13-deep", TitleVi: "DG13 lồng nghìn tầng, đã ký", TitleEn: "DG13 nested a thousand levels deep, and signed",
			Imitates: Attacker, Expect: expect(ExitGenuine, open(verdict.Consistency, verdict.DG13Malformed)),
			order: replaced(13, func(persona.Persona) ([]byte, error) { return tlv.Encode(0x6D, nested(1000)), nil }),
		},
		{
			Name: "dg13-flood", TitleVi: "DG13 có mười nghìn trường, đã ký", TitleEn: "DG13 with ten thousand fields, and signed",
			Imitates: Attacker, Expect: expect(ExitGenuine, open(verdict.Consistency, verdict.DG13Malformed)),
			order: ordered(func(o *issuer.Options) {
				for n := range 10000 {
					o.MoreFields = append(o.MoreFields, issuer.Field(100+n))
				}
			}),
		},
		{
			Name: "dg14-flood", TitleVi: "DG14 có nghìn SecurityInfo, đã ký", TitleEn: "DG14 with a thousand SecurityInfos, and signed",
			Imitates: Attacker,
			Expect: expect(ExitFailed, fails(verdict.ChipAuth, verdict.KeyMalformed)).
				remark(verdict.Consistency, verdict.CardAccessNotSigned),
			order: replaced(14, func(persona.Persona) ([]byte, error) {
				info := []byte{0x30, 0x05, 0x06, 0x03, 0x2A, 0x03, 0x04}
				return tlv.Encode(0x6E, tlv.Encode(0x31, bytes.Repeat(info, 1000))), nil
			}),
		},
		{
			Name: "jp2-bomb", TitleVi: "Ảnh JPEG 2000 tự nhận có 3600 triệu điểm ảnh, đã ký", TitleEn: "JPEG 2000 portrait that claims 3,600 million pixels, and signed",
			Imitates: Attacker, Expect: expect(ExitGenuine).withoutPhoto(),
			order: replaced(2, bomb),
		},
		{
			Name: "dg2-no-image", TitleVi: "DG2 không chứa ảnh nào, đã ký", TitleEn: "DG2 without any image, and signed",
			Imitates: IssuerSlip, Expect: expect(ExitGenuine).withoutPhoto(),
			order: replaced(2, func(p persona.Persona) ([]byte, error) {
				return issuer.EncodeFaces(p.Sex, persona.Image{Data: []byte("khong co anh"), Width: 1, Height: 1}), nil
			}),
		},
		{
			Name: "sod-deep", TitleVi: "SOD lồng nghìn tầng", TitleEn: "An SOD nested a thousand levels deep",
			Imitates: Attacker, Expect: withoutSOD(fails(verdict.Hashes, verdict.SODMalformed), fails(verdict.Signature, verdict.SODMalformed)),
			alter: altered(func(c *card) { c.LDS[chip.FileSOD] = tlv.Encode(0x77, nested(1000)) }),
		},
	}
}

// nested is an element with so many levels of SEQUENCE in it.
func nested(levels int) []byte {
	var b []byte
	for range levels {
		b = tlv.Encode(0x30, b)
	}
	return b
}

// bomb is a JPEG 2000 image of 60,000 × 60,000 pixels in one tile, in a few
// kilobytes: whoever makes room for it before looking has no memory left.
func bomb(p persona.Persona) ([]byte, error) {
	image, err := p.AsJPEG2000()
	if err != nil {
		return nil, err
	}
	const side = 60000
	data := bytes.Clone(image.Data)
	siz := bytes.Index(data, []byte{0xFF, 0x4F, 0xFF, 0x51})
	header := bytes.Index(data, []byte("ihdr"))
	if siz < 0 || header < 0 {
		return nil, errors.New("no JPEG 2000 header")
	}
	for _, at := range []int{siz + 8, siz + 12, siz + 24, siz + 28, header + 4, header + 8} { // Xsiz, Ysiz, XTsiz, YTsiz; HEIGHT, WIDTH
		binary.BigEndian.PutUint32(data[at:], side)
	}
	image.Data = data
	return issuer.EncodeFaces(p.Sex, image), nil
}
