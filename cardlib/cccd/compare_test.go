package cccd_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cccd"
	"chipid/cardlib/mrz"
)

func TestCompare(t *testing.T) {
	_, card := vector(t)
	zoneDoc, err := mrz.Parse(zone)
	require.NoError(t, err)
	tests := []struct {
		name   string
		change func(*mrz.Document, *cccd.DG13)
		want   []cccd.FieldID
	}{
		{"the same person", func(*mrz.Document, *cccd.DG13) {}, nil},
		{"number", func(_ *mrz.Document, d *cccd.DG13) { d.PersonalNumber = "000190000019" }, []cccd.FieldID{cccd.FieldPersonalNumber}},
		{"number in the zone", func(m *mrz.Document, _ *cccd.DG13) { m.OptionalData1 = "000190000026<<5" }, []cccd.FieldID{cccd.FieldPersonalNumber}},
		{"document number without optional data", func(m *mrz.Document, _ *cccd.DG13) { m.OptionalData1 = "" }, nil},
		{"other document number without optional data", func(m *mrz.Document, _ *cccd.DG13) {
			m.OptionalData1, m.DocumentNumber = "", "000190000"
		}, []cccd.FieldID{cccd.FieldPersonalNumber}},
		{"a passport shows no number", func(m *mrz.Document, _ *cccd.DG13) {
			m.Format, m.OptionalData1, m.DocumentNumber = mrz.TD3, "", "C1234567"
		}, nil},
		{"number missing", func(_ *mrz.Document, d *cccd.DG13) { d.PersonalNumber = "" }, nil},
		{"name", func(_ *mrz.Document, d *cccd.DG13) { d.FullName = "Nguyễn Thị Mấu B" }, []cccd.FieldID{cccd.FieldFullName}},
		{"name missing", func(_ *mrz.Document, d *cccd.DG13) { d.FullName = "" }, nil},
		{"birth", func(_ *mrz.Document, d *cccd.DG13) { d.DateOfBirth = "16/01/1990" }, []cccd.FieldID{cccd.FieldDateOfBirth}},
		{"birth without day", func(m *mrz.Document, _ *cccd.DG13) { m.DateOfBirth = "9001<<" }, nil},
		{"birth without day, other month", func(m *mrz.Document, _ *cccd.DG13) { m.DateOfBirth = "9002<<" }, []cccd.FieldID{cccd.FieldDateOfBirth}},
		{"birth with zeros for month and day", func(m *mrz.Document, _ *cccd.DG13) { m.DateOfBirth = "900000" }, nil},
		{"birth in 2000", func(m *mrz.Document, _ *cccd.DG13) { m.DateOfBirth = "000115" }, []cccd.FieldID{cccd.FieldDateOfBirth}},
		{"birth that is no date", func(_ *mrz.Document, d *cccd.DG13) { d.DateOfBirth = "1991" }, nil},
		{"sex", func(m *mrz.Document, _ *cccd.DG13) { m.Sex = "M" }, []cccd.FieldID{cccd.FieldSex}},
		{"sex unspecified", func(m *mrz.Document, _ *cccd.DG13) { m.Sex = "" }, nil},
		{"expiry", func(_ *mrz.Document, d *cccd.DG13) { d.DateOfExpiry = "15/01/2031" }, []cccd.FieldID{cccd.FieldDateOfExpiry}},
		{"no expiry in both", func(m *mrz.Document, d *cccd.DG13) {
			m.DateOfExpiry, d.DateOfExpiry = "991231", "Không thời hạn"
		}, nil},
		{"no expiry in DG13", func(_ *mrz.Document, d *cccd.DG13) { d.DateOfExpiry = "Không thời hạn" }, []cccd.FieldID{cccd.FieldDateOfExpiry}},
		{"no expiry in DG1", func(m *mrz.Document, _ *cccd.DG13) { m.DateOfExpiry = "991231" }, []cccd.FieldID{cccd.FieldDateOfExpiry}},
		{"another person", func(_ *mrz.Document, d *cccd.DG13) {
			*d = cccd.DG13{PersonalNumber: "000085000027", FullName: "Trần Văn Thử", DateOfBirth: "02/03/1985", Sex: "Nam", DateOfExpiry: "02/03/2045"}
		}, []cccd.FieldID{cccd.FieldPersonalNumber, cccd.FieldFullName, cccd.FieldDateOfBirth, cccd.FieldSex, cccd.FieldDateOfExpiry}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, d := zoneDoc, card
			tt.change(&m, &d)
			var got []cccd.FieldID
			for _, x := range cccd.Compare(m, d) {
				assert.Equal(t, cccd.InDG1, x.A)
				assert.Equal(t, cccd.InDG13, x.B)
				got = append(got, x.Field)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestCompareNames(t *testing.T) {
	tests := []struct {
		name, field, full string // the name field of the zone, and the name of DG13
		want              bool
	}{
		{"diacritics", "NGUYEN<<THI<MAU", "Nguyễn Thị Mẫu", true},
		{"đ", "DANG<<DINH<DUC", "Đặng Đình Đức", true},
		{"capitals", "DANG<<DINH<DUC", "ĐẶNG ĐÌNH ĐỨC", true},
		{"decomposed", "NGUYEN<<THI<MAU", "Nguye\u0302\u0303n Thi\u0323 Ma\u0302\u0303u", true},
		{"not divided", "NGUYEN<THI<MAU", "Nguyễn Thị Mẫu", true},
		{"apostrophe left out", "HHEN<<NIE", "H'Hen Niê", true},
		{"apostrophe as filler", "H<HEN<<NIE", "H’Hen Niê", true},
		{"hyphen", "Y<<E<DE", "Y Ê-đê", true},
		{"one word", "ARKFREITH", "Arkfreith", true},
		{"other given name", "NGUYEN<<THI<MAO", "Nguyễn Thị Mẫu", false},
		{"other surname", "PHAM<<THI<MAU", "Nguyễn Thị Mẫu", false},
		{"word missing though there is room", "NGUYEN<<MAU", "Nguyễn Thị Mẫu", false},
		{"initials though there is room", "NGUYEN<<T<M", "Nguyễn Thị Mẫu", false},
		{"fills the field, same", "CONG<TANG<TON<NU<<NGHI<PHUONGX", "Công Tằng Tôn Nữ Nghi Phuongx", true},
		{"cut at the end", "CONG<TANG<TON<NU<<TAM<PHUONG<A", "Công Tằng Tôn Nữ Tâm Phương Ánh Nguyệt", true},
		{"cut inside a word", "CONG<TANG<TON<NU<<TAM<PHUONG<A", "Công Tằng Tôn Nữ Tâm Phương Anhxyz", true},
		{"words left out", "CONG<TANG<<TAM<PHUONG<ANH<NGUY", "Công Tằng Tôn Nữ Tâm Phương Ánh Nguyệt", true},
		{"shortened to initials", "CONG<T<T<N<<TAM<PHUONG<ANH<NGU", "Công Tằng Tôn Nữ Tâm Phương Ánh Nguyệt", true},
		{"initials and room left, name too long", "CONG<TANG<T<N<<T<P<A<NGUYET", "Công Tằng Tôn Nữ Tâm Phương Ánh Nguyệt", true},
		{"cut, another surname", "TONG<TANG<TON<NU<<TAM<PHUONG<A", "Công Tằng Tôn Nữ Tâm Phương Ánh Nguyệt", false},
		{"cut, another word", "CONG<TANG<TON<NU<<TAM<HUONG<AN", "Công Tằng Tôn Nữ Tâm Phương Ánh Nguyệt", false},
		{"cut, words turned round", "CONG<TANG<TON<NU<<PHUONG<TAM<A", "Công Tằng Tôn Nữ Tâm Phương Ánh Nguyệt", false},
	}
	base, err := mrz.Parse(zone)
	require.NoError(t, err)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.LessOrEqual(t, len(tt.field), 30)
			d, err := mrz.Parse(base.Lines[0] + "\n" + base.Lines[1] + "\n" + (tt.field + "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<")[:30])
			require.NoError(t, err)
			assert.Equal(t, tt.want, len(cccd.Compare(d, cccd.DG13{FullName: tt.full})) == 0)
		})
	}
}

// Doc 9303-6 §4.2.3 shows how these names are shortened.
func TestCompareNamesOfTheStandard(t *testing.T) {
	dingo := "Bennelong Wooloomooloo Warrandyte Warnambool, Dingo Potoroo"
	for line, full := range map[string]string{
		"I<UTONILAVADHANANANDA<<CHAYAPA<DEJ<K": "Nilavadhanananda Chayapa Dejthamrong Krasuang",
		"I<UTONILAVADHANANANDA<<ARN<PET<CHARO": "Nilavadhanananda Arnpol Petch Charonguang",
		"I<UTOBENNELONG<WOOLOOMOOLOO<W<W<<D<P": dingo,
		"I<UTOBENNELONG<WOOLOOM<WAR<WARN<<D<P": dingo,
		"I<UTOBENNEL<WOOLO<WARRA<WARNA<<DIN<P": dingo,
		"I<UTOPAPANDROPOULOUS<<JONATHOON<ALEC": "Papandropoulous Jonathoon Alec",
		"I<UTOAL<BASRI<<HUDA<MUHAMMAD<JAWAD<<": "Al-Basri Huda Muhammad Jawad",
	} {
		d, err := mrz.Parse(line + "\nD231458907UTO7408122F1204159<<<<<<<6")
		require.NoError(t, err)
		assert.Empty(t, cccd.Compare(d, cccd.DG13{FullName: full}), line)
		assert.Len(t, cccd.Compare(d, cccd.DG13{FullName: "Eriksson Anna Maria"}), 1)
	}
}

func TestCompareGiven(t *testing.T) {
	_, dg13 := vector(t)
	dg1, err := mrz.Parse(zone)
	require.NoError(t, err)
	assert.Empty(t, cccd.CompareGiven("000190000018", &dg1, &dg13))
	assert.Empty(t, cccd.CompareGiven("000190000019", nil, nil))
	other := cccd.CompareGiven("000190000019", &dg1, &dg13)
	assert.Equal(t, []cccd.Mismatch{
		{Field: cccd.FieldPersonalNumber, A: cccd.Given, B: cccd.InDG1},
		{Field: cccd.FieldPersonalNumber, A: cccd.Given, B: cccd.InDG13},
	}, other)
	assert.Equal(t, "personalNumber differs between given and DG13", other[1].String())
	dg13.PersonalNumber = ""
	assert.Len(t, cccd.CompareGiven("000190000019", &dg1, &dg13), 1)
}
