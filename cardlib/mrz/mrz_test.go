package mrz_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/mrz"
)

// The samples of Doc 9303-4, -5, -6 and of Doc 9303-11 appendix D, and the
// synthetic Vietnamese card.
const (
	sampleTD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
	sampleTD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
	sampleTD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
	longTD1   = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
	longTD2   = "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8"
	oldTD3    = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<3UTO6908061F9406236ZE184226B<<<<<14"
	vietnam   = "IDVNM1900000185000190000018<<5\n9001158F3001156VNM<<<<<<<<<<<6\nNGUYEN<<THI<MAU<<<<<<<<<<<<<<<"
)

func TestCheckDigit(t *testing.T) {
	for text, want := range map[string]byte{
		"520727":    '3', // Doc 9303-3 appendix A, example 1
		"AB2134<<<": '5', // example 2
		"HA672242<658022549601086<<<<<<<<<<<<<<0":            '8', // example 3, TD3 composite
		"D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<": '2', // example 4, TD1 composite
		"HA672242<658022549601086<<<<<<<":                    '8', // example 5, TD2 composite
		"190000018":                                          '5',
		"000190000018":                                       '5',
		"":                                                   '0',
	} {
		assert.Equal(t, string(want), string(mrz.CheckDigit(text)), text)
	}
}

func TestParseSamples(t *testing.T) {
	eriksson := mrz.Document{
		IssuingState: "UTO", Nationality: "UTO", DateOfBirth: "740812", DateOfExpiry: "120415", Sex: "F",
		PrimaryIdentifier: "ERIKSSON", SecondaryIdentifier: "ANNA MARIA",
	}
	stevenson := mrz.Document{
		Code: "I", IssuingState: "UTO", Nationality: "UTO", DocumentNumber: "D23145890734",
		DateOfBirth: "340712", DateOfExpiry: "950712", Sex: "M",
		PrimaryIdentifier: "STEVENSON", SecondaryIdentifier: "PETER JOHN",
	}
	with := func(d mrz.Document, change func(*mrz.Document)) mrz.Document { change(&d); return d }
	tests := []struct {
		name, text string
		want       mrz.Document
		info       string
	}{
		{"TD1, Doc 9303-5", sampleTD1, with(eriksson, func(d *mrz.Document) {
			d.Format, d.Code, d.DocumentNumber = mrz.TD1, "I", "D23145890"
		}), "D23145890774081221204159"},
		{"TD2, Doc 9303-6", sampleTD2, with(eriksson, func(d *mrz.Document) {
			d.Format, d.Code, d.DocumentNumber = mrz.TD2, "I", "D23145890"
		}), "D23145890774081221204159"},
		{"TD3, Doc 9303-4", sampleTD3, with(eriksson, func(d *mrz.Document) {
			d.Format, d.Code, d.DocumentNumber, d.OptionalData1 = mrz.TD3, "P", "L898902C3", "ZE184226B"
		}), "L898902C3674081221204159"},
		{"TD3, number of eight, Doc 9303-11 D.2", oldTD3, with(eriksson, func(d *mrz.Document) {
			d.Format, d.Code, d.DocumentNumber, d.OptionalData1 = mrz.TD3, "P", "L898902C", "ZE184226B"
			d.DateOfBirth, d.DateOfExpiry = "690806", "940623"
		}), "L898902C<369080619406236"},
		{"TD1, long number, Doc 9303-11 D.2", longTD1, with(stevenson, func(d *mrz.Document) {
			d.Format = mrz.TD1
		}), "D23145890734934071279507122"},
		{"TD2, long number, Doc 9303-11 D.2", longTD2, with(stevenson, func(d *mrz.Document) {
			d.Format = mrz.TD2
		}), "D23145890734934071279507122"},
		{"Viet Nam, TD1", vietnam, mrz.Document{
			Format: mrz.TD1, Code: "ID", IssuingState: "VNM", Nationality: "VNM", DocumentNumber: "190000018",
			DateOfBirth: "900115", DateOfExpiry: "300115", Sex: "F", OptionalData1: "000190000018<<5",
			PrimaryIdentifier: "NGUYEN", SecondaryIdentifier: "THI MAU",
		}, "190000018590011583001156"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := mrz.Parse(tt.text)
			require.NoError(t, err)
			assert.Equal(t, tt.info, got.Key().Information())
			lines, err := mrz.Encode(got)
			require.NoError(t, err)
			assert.Equal(t, strings.Split(tt.text, "\n"), lines, "written back")
			assert.Equal(t, lines, got.Lines)
			got.Lines = nil
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestParseForms(t *testing.T) {
	want, err := mrz.Parse(vietnam)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"in one piece":             strings.ReplaceAll(vietnam, "\n", ""),
		"CR LF":                    strings.ReplaceAll(vietnam, "\n", "\r\n"),
		"CR":                       strings.ReplaceAll(vietnam, "\n", "\r"),
		"spaces for line ends":     strings.ReplaceAll(vietnam, "\n", " "),
		"backslash n":              strings.ReplaceAll(vietnam, "\n", `\n`),
		"backslash r, backslash n": strings.ReplaceAll(vietnam, "\n", `\r\n`),
		"small letters":            strings.ToLower(vietnam),
		"white space around":       "\n\t  " + strings.ReplaceAll(vietnam, "\n", "  \n\n ") + " \n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := mrz.Parse(text)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
	for name, text := range map[string]string{"TD2": sampleTD2, "TD3": sampleTD3} {
		t.Run(name+" in one piece", func(t *testing.T) {
			got, err := mrz.Parse(strings.ReplaceAll(text, "\n", ""))
			require.NoError(t, err)
			assert.Equal(t, name, got.Format.String())
		})
	}
}

func TestParseErrors(t *testing.T) {
	edit := func(text string, at int, with string) string { return text[:at] + with + text[at+len(with):] }
	tests := []struct {
		name, text string
		want       error
		message    string
	}{
		{"empty", "", mrz.ErrForm, "mrz: not an MRZ nor the key fields of one"},
		{"a word", "HELLO", mrz.ErrLength, "mrz: wrong number of characters"},
		{"89 characters", strings.ReplaceAll(vietnam, "\n", "")[1:], mrz.ErrLength, "mrz: wrong number of characters"},
		{"second line short", edit(vietnam, 60, " "), mrz.ErrLength, "mrz: line 2: wrong number of characters"},
		{"a sign", edit(vietnam, 65, "?"), mrz.ErrCharacter, "mrz: line 3: character other than A-Z, 0-9 and <"},
		{"Vietnamese letter", strings.Replace(vietnam, "MAU<<", "MẪU", 1), mrz.ErrCharacter, ""},
		{"megabyte", strings.Repeat("<", 1<<20), mrz.ErrForm, ""},
		{"month 13", edit(vietnam, 31, "901315"), mrz.ErrDate, "mrz: line 2, date of birth: not a date"},
		{"30 February", edit(vietnam, 39, "300230"), mrz.ErrDate, "mrz: line 2, date of expiry: not a date"},
		{"letter in a date", edit(vietnam, 31, "9O0115"), mrz.ErrDate, "mrz: line 2, date of birth: not a date"},
		{"day without month", edit(vietnam, 31, "90<<15"), mrz.ErrDate, ""},
		{"sex Q", edit(vietnam, 38, "Q"), mrz.ErrValue, "mrz: line 2, sex: value that the standard does not know"},
		{"visa", edit(sampleTD3, 0, "V"), mrz.ErrValue, "mrz: line 1, document code: value that the standard does not know"},
		{"no number", edit(sampleTD3, 45, "<<<<<<<<<"), mrz.ErrNumber, ""},
		{"digit of number", edit(vietnam, 14, "6"), mrz.ErrCheckDigit,
			"mrz: wrong check digit of line 1, document number and line 2, composite"},
		{"digit of birth", edit(vietnam, 37, "0"), mrz.ErrCheckDigit,
			"mrz: wrong check digit of line 2, date of birth and line 2, composite"},
		{"digit of expiry", edit(vietnam, 45, "0"), mrz.ErrCheckDigit,
			"mrz: wrong check digit of line 2, date of expiry and line 2, composite"},
		{"composite", edit(vietnam, 60, "0"), mrz.ErrCheckDigit, "mrz: wrong check digit of line 2, composite"},
		{"digit of optional data", edit(sampleTD3, 87, "7"), mrz.ErrCheckDigit,
			"mrz: wrong check digit of line 2, optional data and line 2, composite"},
		{"digit of a long number", edit(longTD1, 18, "8"), mrz.ErrCheckDigit,
			"mrz: wrong check digit of line 1, document number and line 2, composite"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := mrz.Parse(tt.text)
			require.ErrorIs(t, err, tt.want)
			if tt.message != "" {
				assert.EqualError(t, err, tt.message)
			}
		})
	}
}

func TestWrongCheckDigitsKeepTheDocument(t *testing.T) {
	text := vietnam[:60] + "0" + vietnam[61:]
	d, err := mrz.Parse(text)
	var wrong *mrz.CheckDigitError
	require.ErrorAs(t, err, &wrong)
	assert.Equal(t, []mrz.Fault{{Line: 2, Field: mrz.FieldComposite}}, wrong.Faults)
	assert.Equal(t, "190000018", d.DocumentNumber)
}

func TestNames(t *testing.T) {
	tests := []struct {
		name, field, primary, secondary string
		truncated                       bool
	}{
		{"no given name", "ARKFREITH<<<<<<<<<<<<<<<<<<<<<", "ARKFREITH", "", false},
		{"three words", "VAN<DER<MUELLEN<<ANNA<MARIA<<<", "VAN DER MUELLEN", "ANNA MARIA", false},
		{"truncated at the end", "NILAVADHANANANDA<<CHAYAPA<DEJT", "NILAVADHANANANDA", "CHAYAPA DEJT", true},
		{"surname fills the field", "BENNELONG<WOOLOOMOOLOO<WARRAND", "BENNELONG WOOLOOMOOLOO WARRAND", "", true},
		{"second double filler", "A<<B<<C<<<<<<<<<<<<<<<<<<<<<<<", "A", "B C", false},
		{"empty", "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := mrz.Parse(vietnam[:62] + tt.field)
			require.NoError(t, err)
			assert.Equal(t, tt.primary, d.PrimaryIdentifier)
			assert.Equal(t, tt.secondary, d.SecondaryIdentifier)
			assert.Equal(t, tt.truncated, d.NameTruncated)
			assert.Equal(t, strings.TrimSpace(tt.primary+" "+tt.secondary), d.Name())
		})
	}
}

// The upper lines of Doc 9303-6 §4.2.3.
func TestNamesOfTheStandard(t *testing.T) {
	lower := sampleTD2[37:]
	tests := []struct {
		line, primary, secondary string
		truncated                bool
	}{
		{"I<UTONILAVADHANANANDA<<CHAYAPA<DEJ<K", "NILAVADHANANANDA", "CHAYAPA DEJ K", true},
		{"I<UTOBENNELONG<WOOLOOMOOLOO<W<W<<D<P", "BENNELONG WOOLOOMOOLOO W W", "D P", true},
		{"I<UTOBENNEL<WOOLO<WARRA<WARNA<<DIN<P", "BENNEL WOOLO WARRA WARNA", "DIN P", true},
		{"I<UTOPAPANDROPOULOUS<<JONATHOON<ALEC", "PAPANDROPOULOUS", "JONATHOON ALEC", true},
		{"I<UTOVAN<DER<MUELLEN<<MARTIN<<<<<<<<", "VAN DER MUELLEN", "MARTIN", false},
		{"I<UTOAL<BASRI<<HUDA<MUHAMMAD<JAWAD<<", "AL BASRI", "HUDA MUHAMMAD JAWAD", false},
		{"I<UTOSATRIYA<SUDARPA<<<<<<<<<<<<<<<<", "SATRIYA SUDARPA", "", false},
	}
	for _, tt := range tests {
		d, err := mrz.Parse(tt.line + "\n" + lower)
		require.NoError(t, err)
		assert.Equal(t, []string{tt.primary, tt.secondary}, []string{d.PrimaryIdentifier, d.SecondaryIdentifier})
		assert.Equal(t, tt.truncated, d.NameTruncated, tt.line)
	}
}

func TestUnknownParts(t *testing.T) {
	for _, tt := range []struct{ name, birth, sex string }{
		{"day unknown", "7408<<", "<"}, {"month and day unknown", "74<<<<", "F"}, {"all unknown", "<<<<<<", "M"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines, err := mrz.Encode(mrz.Document{
				Format: mrz.TD1, Code: "I", IssuingState: "UTO", Nationality: "UTO", DocumentNumber: "D23145890",
				DateOfBirth: tt.birth, DateOfExpiry: "120415", Sex: strings.Trim(tt.sex, "<"), PrimaryIdentifier: "ERIKSSON",
			})
			require.NoError(t, err)
			d, err := mrz.Parse(strings.Join(lines, "\n"))
			require.NoError(t, err)
			assert.Equal(t, tt.birth, d.DateOfBirth)
			assert.Empty(t, mrz.BirthDate(d.DateOfBirth, time.Now()))
		})
	}
}

func TestEncodeErrors(t *testing.T) {
	good := mrz.Document{Format: mrz.TD1, Code: "I", IssuingState: "UTO", Nationality: "UTO",
		DocumentNumber: "D23145890", DateOfBirth: "740812", DateOfExpiry: "120415", PrimaryIdentifier: "A"}
	tests := []struct {
		name   string
		change func(*mrz.Document)
		want   error
	}{
		{"no format", func(d *mrz.Document) { d.Format = 0 }, mrz.ErrForm},
		{"name too long", func(d *mrz.Document) { d.PrimaryIdentifier = strings.Repeat("A", 31) }, mrz.ErrTooLong},
		{"small letters", func(d *mrz.Document) { d.PrimaryIdentifier = "a" }, mrz.ErrCharacter},
		{"no number", func(d *mrz.Document) { d.DocumentNumber = "" }, mrz.ErrNumber},
		{"number of 23", func(d *mrz.Document) { d.DocumentNumber = strings.Repeat("1", 23) }, mrz.ErrNumber},
		{"number of 10 in a passport", func(d *mrz.Document) { d.Format, d.DocumentNumber = mrz.TD3, "1234567890" }, mrz.ErrTooLong},
		{"no date", func(d *mrz.Document) { d.DateOfBirth = "" }, mrz.ErrDate},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := good
			tt.change(&d)
			_, err := mrz.Encode(d)
			require.ErrorIs(t, err, tt.want)
		})
	}
}

func TestCenturies(t *testing.T) {
	today := time.Date(2025, time.June, 15, 12, 0, 0, 0, time.UTC)
	for yymmdd, want := range map[string]string{
		"250615": "2025-06-15", "250616": "1925-06-16", "900115": "1990-01-15", "000229": "2000-02-29",
		"230229": "", "99<<<<": "", "junk": "",
	} {
		assert.Equal(t, want, mrz.BirthDate(yymmdd, today), yymmdd)
	}
	for yymmdd, want := range map[string]string{
		"300115": "2030-01-15", "120415": "2012-04-15", "750614": "2075-06-14", "750616": "1975-06-16", "950712": "1995-07-12",
	} {
		assert.Equal(t, want, mrz.ExpiryDate(yymmdd, today), yymmdd)
	}
}

func TestTransliterate(t *testing.T) {
	for name, want := range map[string]string{
		"Nguyễn Thị Mẫu":      "NGUYEN THI MAU",
		"Nguye\u0302\u0303n":  "NGUYEN", // decomposed
		"Đặng Đình Đức":       "DANG DINH DUC",
		"  lê   THỊ\u00A0ơi ": "LE THI OI",
		"ÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬ":   "AAAAAAAAAAAAAAAAA",
		"ÈẺẼÉẸÊỀỂỄẾỆ ÌỈĨÍỊ":   "EEEEEEEEEEE IIIII",
		"ÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢ":   "OOOOOOOOOOOOOOOOO",
		"ùủũúụưừửữứự ỳỷỹýỵ":   "UUUUUUUUUUU YYYYY",
		"H'Hen Niê":     "HHEN NIE",
		"Y Ê-đê":        "Y E DE",
		"Müller-Straße": "MUELLER STRASSE",
		"Ångström Æsir Þór Łukasz Øre Œuvre": "AANGSTROEM AESIR THOR LUKASZ OERE OEUVRE",
		"D'Artagnan":           "DARTAGNAN", // Doc 9303-3 §4.6
		"Marie-Elise":          "MARIE ELISE",
		"Eriksson, Anna Maria": "ERIKSSON ANNA MARIA",
		"王":                    "",
		"":                     "",
	} {
		assert.Equal(t, want, mrz.Transliterate(name), name)
	}
}
