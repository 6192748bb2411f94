package persona

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// TestSampleMRZ is the published synthetic sample.
func TestSampleMRZ(t *testing.T) {
	p, err := ByName("mau")
	require.NoError(t, err)
	assert.Equal(t, "IDVNM1900000185000190000018<<5\n9001158F3001156VNM<<<<<<<<<<<6\nNGUYEN<<THI<MAU<<<<<<<<<<<<<<<", p.MRZ())
	assert.Equal(t, "190000018590011583001156", p.MRZInformation())
	assert.Equal(t, "000018", p.CAN())
}

// TestCheckDigit takes the examples of Doc 9303-3 appendix A and Doc 9303-5 appendix B.
func TestCheckDigit(t *testing.T) {
	for value, want := range map[string]string{
		"520727":    "3",
		"AB2134<<<": "5",
		"D23145890": "7",
		"740812":    "2",
		"120415":    "9",
		"D231458907<<<<<<<<<<<<<<<74081221204159<<<<<<<<<<<": "6",
		"": "0",
	} {
		assert.Equal(t, want, CheckDigit(value), value)
	}
}

func TestNameLine(t *testing.T) {
	for _, c := range []struct{ what, name, want string }{
		{"fits", "Nguyễn Thị Mẫu", "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<"},
		{"one word", "Đặng", "DANG<<<<<<<<<<<<<<<<<<<<<<<<<<"},
		{"exactly thirty", "Le Abcdefghijk Abcdefghijk Ab", "LE<<ABCDEFGHIJK<ABCDEFGHIJK<AB"},
		{"cut inside a word", "Le Abcdefghijk Abcdefghijk Abcdef", "LE<<ABCDEFGHIJK<ABCDEFGHIJK<AB"},
		{"cut between words", "Nguyễn Phước Hoàng Công Tằng Tôn", "NGUYEN<<PHUOC<HOANG<CONG<TAN<T"},
	} {
		t.Run(c.what, func(t *testing.T) { assert.Equal(t, c.want, nameLine(c.name)) })
	}
}

func TestTransliterate(t *testing.T) {
	assert.Equal(t, "AAAAAAAAAAAAAAAAA", Transliterate("àáảãạăằắẳẵặâầấẩẫậ"))
	assert.Equal(t, "DEEEEEEEEEEEIIIII", Transliterate("ĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊ"))
	assert.Equal(t, "OOOOOOOOOOOOOOOOOUUUUUUUUUUUYYYYY", Transliterate("òóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"))
	assert.Equal(t, "A B", Transliterate("a' b-"))
}

func TestExpiryRule(t *testing.T) {
	birth := Date{1990, 1, 15}
	for _, c := range []struct {
		name   string
		issued Date
		want   Date
	}{
		{"a child's card to 14", Date{2000, 1, 1}, Date{2004, 1, 15}},
		{"within two years before 14: to 25", Date{2002, 1, 15}, Date{2015, 1, 15}},
		{"the day before that: to 14", Date{2002, 1, 14}, Date{2004, 1, 15}},
		{"to 40", Date{2021, 7, 10}, Date{2030, 1, 15}},
		{"within two years before 40: to 60", Date{2029, 1, 1}, Date{2050, 1, 15}},
		{"within two years before 60: none", Date{2049, 1, 1}, Date{}},
		{"past 60: none", Date{2060, 1, 1}, Date{}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, ExpiryOf(birth, c.issued)) })
	}
}

// TestPersonas checks what must hold for each of them.
func TestPersonas(t *testing.T) {
	all := All()
	require.GreaterOrEqual(t, len(all), 6)
	seen := map[string]bool{}
	for _, p := range all {
		t.Run(p.Name, func(t *testing.T) {
			assert.Regexp(t, `^[a-z0-9-]+$`, p.Name)
			for _, unique := range []string{p.Name, p.Number, p.CAN(), p.ChipSerial} {
				assert.False(t, unique != "" && seen[unique], unique)
				seen[unique] = true
			}
			assert.Regexp(t, `^000\d{9}$`, p.Number, "province 000 does not exist")
			century := 2 * (p.Birth.Year/100 - 19)
			if p.Sex == Female {
				century++
			}
			assert.Equal(t, fmt.Sprintf("%d%02d", century, p.Birth.Year%100), p.Number[3:6])
			assert.Contains(t, []int{0, 16}, len(p.ChipSerial))
			assert.NotEmpty(t, p.TitleVi)
			assert.NotEmpty(t, p.TitleEn)
			for _, text := range append([]string{p.FullName, p.Origin, p.Residence, p.Marks, p.Father, p.Mother, p.QR()}, p.Spouses...) {
				assert.True(t, norm.NFC.IsNormalString(text), text)
			}
			assert.Equal(t, ExpiryOf(p.Birth, p.Issued), p.Expires)
			assert.Len(t, p.MRZ(), 92)
		})
	}
}

func TestQR(t *testing.T) {
	for name, want := range map[string]string{
		"mau":           "000190000018|123456789|Nguyễn Thị Mẫu|15011990|Nữ|Số 1, Xã A, Huyện B, Tỉnh C|10072021",
		"tre-em":        "000216000063||Hoàng Bảo Thí Nghiệm|20082016|Nam|Số 8, Phường V, Quận X, Thành phố Y|05092024||Hoàng Văn Thí Nghiệm|Ngô Thị Ví Dụ",
		"can-cuoc-2024": "000300000072||Đặng Quỳnh Mô Phỏng|29022000|Nữ|Thôn Ơ, Xã Ư, Huyện Ê, Tỉnh Ô|12082024|||",
	} {
		p, err := ByName(name)
		require.NoError(t, err)
		assert.Equal(t, want, p.QR())
	}
}

func TestByNameUnknown(t *testing.T) {
	_, err := ByName("nobody")
	assert.Error(t, err)
}
