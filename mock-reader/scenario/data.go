package scenario

import (
	"chipid/cardlib/tlv"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

func cardExpired() Scenario {
	return Scenario{
		Name: "card-expired", TitleVi: "Thẻ đã hết thời hạn sử dụng", TitleEn: "Card past its own date of expiry",
		Expect: expect(ExitGenuine, fails(verdict.Expiry, verdict.CardExpired)),
		person: func(p *persona.Persona) {
			p.Issued = persona.Date{Year: 2021, Month: 3, Day: 1}
			p.Expires = persona.Date{Year: 2024, Month: 3, Day: 1}
		},
	}
}

func unknownFields() Scenario {
	return Scenario{
		Name: "dg13-unknown-fields", TitleVi: "DG13 có thêm trường chưa biết", TitleEn: "DG13 with fields that nobody knows yet",
		Expect: expect(ExitGenuine),
		order: func(_ persona.Persona, o *issuer.Options) {
			o.MoreFields = [][]byte{
				issuer.Field(17, tlv.Encode(0x0C, []byte("Trường mới"))),
				issuer.Field(42),
			}
		},
	}
}

func directFields() Scenario {
	return Scenario{
		Name: "dg13-direct", TitleVi: "DG13 ghi các trường không có vỏ bọc", TitleEn: "DG13 with its fields directly under the tag",
		Expect: expect(ExitGenuine),
		order:  func(_ persona.Persona, o *issuer.Options) { o.Layout = issuer.Direct },
	}
}

// changedData are cards whose data is not what was signed, or was signed wrongly.
func changedData() []Scenario {
	return []Scenario{
		{
			Name: "dg1-changed", TitleVi: "DG1 bị sửa: ngày hết hạn được kéo dài", TitleEn: "DG1 changed: a later date of expiry",
			Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch), open(verdict.Anchor, verdict.AnchorUnprovable),
				fails(verdict.Consistency, verdict.DG1DG13Mismatch)),
			alter: changeDG1,
		},
		{
			Name: "dg2-changed", TitleVi: "DG2 bị thay: ảnh của người khác", TitleEn: "DG2 changed: another person's portrait",
			Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch)),
			alter:  changeDG2,
		},
		{
			Name: "dg13-changed", TitleVi: "DG13 bị sửa: nơi thường trú khác", TitleEn: "DG13 changed: another residence",
			Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.HashMismatch)),
			alter: func(c *card) error {
				forged := c.persona
				forged.Residence = "Số 999, Phường Giả Mạo, Thành phố Giả Mạo"
				c.LDS[chip.FileDG(13)] = issuer.EncodeDG13(forged, issuer.Wrapped)
				return nil
			},
		},
		{
			Name: "two-persons", TitleVi: "DG1 và DG13 của hai người khác nhau", TitleEn: "DG1 and DG13 of two persons, both signed",
			Expect: expect(ExitFailed, fails(verdict.Consistency, verdict.DG1DG13Mismatch)),
			order: func(p persona.Persona, o *issuer.Options) {
				someone := other(p)
				o.DG13 = &someone
			},
		},
		{
			Name: "groups-stripped", TitleVi: "DG14 và DG15 bị bỏ dù SOD có ghi", TitleEn: "DG14 and DG15 dropped though the SOD lists them",
			Expect: expect(ExitFailed, fails(verdict.Hashes, verdict.Stripped),
				open(verdict.ActiveAuth, verdict.GroupUnread), open(verdict.ChipAuth, verdict.GroupUnread)).
				remark(verdict.Consistency, verdict.CardAccessNotSigned, verdict.COMMismatch),
			alter: strip,
		},
		{
			Name: "sod-changed", TitleVi: "Chữ ký của SOD bị sửa", TitleEn: "The signature of the SOD changed",
			// The signing time stands under the signature: without it nobody said when.
			Expect: expect(ExitFailed, fails(verdict.Signature, verdict.SignatureInvalid), open(verdict.Validity, verdict.SigningTimeUnknown)),
			alter: func(c *card) error {
				sod := c.LDS[chip.FileSOD]
				sod[len(sod)-1] ^= 1 // the last byte of the signature
				return nil
			},
		},
		{
			Name: "com-short", TitleVi: "EF.COM không liệt kê DG14, DG15", TitleEn: "EF.COM does not list DG14 and DG15, the SOD does",
			Expect: expect(ExitGenuine).remark(verdict.Consistency, verdict.COMMismatch),
			alter: func(c *card) error {
				c.LDS[chip.FileCOM] = issuer.EncodeCOM(1, 2, 3, 13)
				return nil
			},
		},
	}
}

// other returns the persona after p: somebody else.
func other(p persona.Persona) persona.Persona {
	all := persona.All()
	for i, one := range all {
		if one.Name == p.Name {
			return all[(i+1)%len(all)]
		}
	}
	return all[0]
}

func changeDG1(c *card) error {
	forged := c.persona
	forged.Expires.Year += 10
	if c.persona.Expires.IsZero() {
		forged.Expires = persona.Date{Year: 2048, Month: 12, Day: 31}
	}
	c.LDS[chip.FileDG(1)] = issuer.EncodeDG1(forged.MRZ())
	return nil
}

func changeDG2(c *card) error {
	someone := other(c.persona)
	portrait, err := someone.Portrait()
	if err != nil {
		return err
	}
	c.LDS[chip.FileDG(2)] = issuer.EncodeDG2(portrait, someone.Sex)
	return nil
}

// strip makes a copy that hides that its original can prove itself.
func strip(c *card) error {
	delete(c.LDS, chip.FileDG(14))
	delete(c.LDS, chip.FileDG(15))
	c.LDS[chip.FileCOM] = issuer.EncodeCOM(1, 2, 3, 13)
	c.CA, c.AA = nil, nil
	return nil
}
