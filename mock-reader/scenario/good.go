package scenario

import (
	"golang.org/x/text/unicode/norm"

	"chipid/cardlib/tlv"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// goodCards are cards as a State may issue them, which a reader must find genuine.
func goodCards() []Scenario {
	return []Scenario{
		{
			Name: Genuine, TitleVi: "Thẻ thật, không thay đổi", TitleEn: "Genuine card, nothing changed",
			Imitates: Honest, Expect: expect(ExitGenuine),
		},
		{
			Name: "card-expired", TitleVi: "Thẻ đã hết thời hạn sử dụng", TitleEn: "Card past its own date of expiry",
			Imitates: Honest, Expect: expect(ExitGenuine, fails(verdict.Expiry, verdict.CardExpired)),
			person: func(p *persona.Persona) {
				p.Issued = persona.Date{Year: 2021, Month: 3, Day: 1}
				p.Expires = persona.Date{Year: 2024, Month: 3, Day: 1}
			},
		},
		honest("dg13-unknown-fields", "DG13 có thêm trường chưa biết", "DG13 with fields that nobody knows yet",
			func(o *issuer.Options) {
				o.MoreFields = [][]byte{
					issuer.Field(17, tlv.Encode(0x0C, []byte("Trường mới"))),
					issuer.Field(43),
				}
			}),
		honest("dg13-direct", "DG13 ghi các trường không có vỏ bọc", "DG13 with its fields directly under the tag",
			func(o *issuer.Options) { o.Layout = issuer.Direct }),
		honest("dg13-sequence", "DG13 ghi các trường trong một SEQUENCE", "DG13 with its fields in one SEQUENCE",
			func(o *issuer.Options) { o.Layout = issuer.InSequence }),
		honest("dg13-reversed", "DG13 ghi các trường theo thứ tự ngược", "DG13 with its fields in descending order",
			func(o *issuer.Options) { o.Layout = issuer.Reversed }),
		honest("dg13-other-types", "DG13 dùng kiểu chuỗi khác, ngày dạng yyyymmdd", "DG13 with other string types and dates as yyyymmdd",
			func(o *issuer.Options) { o.Layout = issuer.OtherTypes }),
		{
			Name: "dg13-decomposed", TitleVi: "DG13 ghi dấu tiếng Việt tách rời (Unicode NFD)", TitleEn: "DG13 with decomposed letters (Unicode NFD)",
			Imitates: Honest, Expect: expect(ExitGenuine),
			person: decompose,
		},
		honest("dg14-unsorted", "DG14 không theo thứ tự của DER", "DG14 whose SET is not in the order of DER",
			func(o *issuer.Options) { o.UnsortedDG14 = true }),
	}
}

// honest is a genuine card that the issuer makes in another way.
func honest(name, vi, en string, order func(*issuer.Options)) Scenario {
	return Scenario{Name: name, TitleVi: vi, TitleEn: en, Imitates: Honest, Expect: expect(ExitGenuine), order: ordered(order)}
}

// decompose writes letters and marks apart, as some systems store them. The
// persona's own texts stay composed: readers must come to the same.
func decompose(p *persona.Persona) {
	for _, text := range []*string{&p.FullName, &p.Nationality, &p.Ethnicity, &p.Religion, &p.Origin, &p.Residence, &p.Marks, &p.Father, &p.Mother} {
		*text = norm.NFD.String(*text)
	}
	spouses := make([]string, len(p.Spouses))
	for i, s := range p.Spouses {
		spouses[i] = norm.NFD.String(s)
	}
	p.Spouses = spouses
}
