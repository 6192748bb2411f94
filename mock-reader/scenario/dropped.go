package scenario

import (
	"strings"

	"chipid/cardlib/apdu"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// droppedFiles are cards from which files are missing, or that have what they
// should not.
func droppedFiles() []Scenario {
	stripped := fails(verdict.Hashes, verdict.Stripped)
	return []Scenario{
		{
			Name: "groups-stripped", TitleVi: "DG14 và DG15 bị bỏ dù SOD có ghi", TitleEn: "DG14 and DG15 dropped though the SOD lists them",
			Imitates: Copier,
			Expect: expect(ExitFailed, stripped, open(verdict.ActiveAuth, verdict.GroupUnread), open(verdict.ChipAuth, verdict.GroupUnread)).
				remark(verdict.Consistency, verdict.CardAccessNotSigned, verdict.COMMismatch),
			alter: altered(strip),
		},
		{
			Name: "dg1-missing", TitleVi: "DG1 bị bỏ dù SOD có ghi", TitleEn: "DG1 dropped though the SOD lists it",
			Imitates: Forger, Expect: expect(ExitFailed, stripped, open(verdict.Anchor, verdict.AnchorUnprovable)),
			alter: altered(func(c *card) { delete(c.LDS, chip.FileDG(1)) }),
		},
		{
			Name: "dg2-missing", TitleVi: "DG2 (ảnh) bị bỏ dù SOD có ghi", TitleEn: "DG2 (the portrait) dropped though the SOD lists it",
			Imitates: Forger, Expect: expect(ExitFailed, stripped).withoutPhoto(),
			alter: altered(func(c *card) { delete(c.LDS, chip.FileDG(2)) }),
		},
		{
			Name: "dg13-missing", TitleVi: "DG13 bị bỏ dù SOD có ghi", TitleEn: "DG13 dropped though the SOD lists it",
			Imitates: Forger, Expect: expect(ExitFailed, stripped, open(verdict.Consistency, verdict.DG13Missing)),
			alter: altered(func(c *card) { delete(c.LDS, chip.FileDG(13)) }),
		},
		{
			Name: "dg13-refused", TitleVi: "Chip không cho đọc DG13", TitleEn: "The chip refuses to have DG13 read",
			Imitates: Forger, Expect: expect(ExitFailed, stripped, open(verdict.Consistency, verdict.DG13Missing)),
			alter: altered(func(c *card) { c.Quirks.FileSW[chip.FileDG(13)] = apdu.SWSecurityStatus }),
		},
		{
			Name: "dg13-unlisted", TitleVi: "DG13 có trên chip nhưng SOD không ghi", TitleEn: "DG13 on the chip, not listed in the SOD",
			Imitates: IssuerSlip,
			Expect:   expect(ExitGenuine, open(verdict.Consistency, verdict.DG13Missing)).remark(verdict.Consistency, verdict.COMMismatch),
			order:    ordered(func(o *issuer.Options) { o.SOD.Unlisted = 13 }),
		},
		{
			Name: "sod-missing", TitleVi: "Thẻ không có SOD", TitleEn: "Card without an SOD",
			Imitates: HomeMade, Expect: withoutSOD(fails(verdict.Hashes, verdict.SODMissing), open(verdict.Signature, verdict.SODMissing)),
			alter: altered(func(c *card) { delete(c.LDS, chip.FileSOD) }),
		},
		{
			Name: "sod-malformed", TitleVi: "SOD không phải là dữ liệu đã ký", TitleEn: "An SOD that is no signed data",
			Imitates: HomeMade, Expect: withoutSOD(fails(verdict.Hashes, verdict.SODMalformed), fails(verdict.Signature, verdict.SODMalformed)),
			alter: altered(func(c *card) { c.LDS[chip.FileSOD][9] ^= 0xFF }), // in the object identifier of SignedData
		},
		{
			Name: "other-state", TitleVi: "Người ký Việt Nam ký thẻ ghi nước khác cấp", TitleEn: "A signer of Viet Nam signs a card that another State is said to have issued",
			Imitates: Forger, Expect: expect(ExitFailed, fails(verdict.Anchor, verdict.CountryMismatch)),
			person: func(p *persona.Persona) {
				if p.Expires.IsZero() { // 991231 means "no expiry" on this State's cards only
					p.Expires = p.Issued.AddYears(20)
				}
			},
			order: replaced(1, func(p persona.Persona) ([]byte, error) {
				return issuer.EncodeDG1(strings.Replace(p.MRZ(), "IDVNM", "IDUTO", 1)), nil
			}),
		},
		{
			Name: "dg1-check-digit", TitleVi: "Số kiểm tra cuối của MRZ sai, đã ký", TitleEn: "The composite check digit of the MRZ is wrong, and signed",
			Imitates: IssuerSlip, Expect: expect(ExitGenuine).remark(verdict.Consistency, verdict.CheckDigit),
			order: replaced(1, func(p persona.Persona) ([]byte, error) { return issuer.EncodeDG1(wrongComposite(p.MRZ())), nil }),
		},
		{
			Name: "dg1-malformed", TitleVi: "DG1 không phải là MRZ, đã ký", TitleEn: "DG1 that is no MRZ, and signed",
			Imitates: IssuerSlip,
			Expect:   expect(ExitUnproven, open(verdict.Anchor, verdict.AnchorUnprovable), open(verdict.Consistency, verdict.DG1Malformed)),
			order: replaced(1, func(persona.Persona) ([]byte, error) {
				return issuer.EncodeDG1(strings.Repeat("KHONG PHAI MRZ", 6)), nil
			}),
		},
		{
			Name: "com-short", TitleVi: "EF.COM không liệt kê DG14, DG15", TitleEn: "EF.COM does not list DG14 and DG15, the SOD does",
			Imitates: Forger, Expect: expect(ExitGenuine).remark(verdict.Consistency, verdict.COMMismatch),
			alter: altered(func(c *card) { c.LDS[chip.FileCOM] = issuer.EncodeCOM(1, 2, 3, 13) }),
		},
	}
}

// withoutSOD is what is left of a card without a usable EF.SOD.
func withoutSOD(hashes, signature why) Expect {
	return expect(ExitFailed, hashes, signature,
		open(verdict.Anchor, verdict.NoChain), open(verdict.Validity, verdict.NoChain), open(verdict.Revocation, verdict.NoChain),
		open(verdict.ActiveAuth, verdict.KeyNotCovered), open(verdict.ChipAuth, verdict.KeyNotCovered)).
		remark(verdict.Consistency, verdict.CardAccessNotSigned)
}

// strip makes a copy that hides that its original can prove itself.
func strip(c *card) {
	delete(c.LDS, chip.FileDG(14))
	delete(c.LDS, chip.FileDG(15))
	c.LDS[chip.FileCOM] = issuer.EncodeCOM(1, 2, 3, 13)
	c.CA, c.AA = nil, nil
}

// wrongComposite changes the last digit of the middle line.
func wrongComposite(mrz string) string {
	b := []byte(mrz)
	at := strings.LastIndex(mrz, "\n") - 1
	b[at] = '0' + (b[at]-'0'+1)%10
	return string(b)
}
