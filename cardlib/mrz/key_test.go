package mrz_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/mrz"
)

func TestParseKey(t *testing.T) {
	card := mrz.Key{DocumentNumber: "190000018", DateOfBirth: "900115", DateOfExpiry: "300115"}
	long := mrz.Key{DocumentNumber: "D23145890734", DateOfBirth: "340712", DateOfExpiry: "950712"}
	upper := vietnam[:61]
	tests := []struct {
		name, text string
		want       mrz.Key
	}{
		{"whole zone", vietnam, card},
		{"two upper lines", upper, card},
		{"two upper lines in one piece", strings.ReplaceAll(upper, "\n", ""), card},
		{"TD2", sampleTD2, mrz.Key{DocumentNumber: "D23145890", DateOfBirth: "740812", DateOfExpiry: "120415"}},
		{"TD3 in one piece", strings.ReplaceAll(sampleTD3, "\n", ""),
			mrz.Key{DocumentNumber: "L898902C3", DateOfBirth: "740812", DateOfExpiry: "120415"}},
		{"commas", "190000018,900115,300115", card},
		{"commas and spaces", " 190000018, 900115, 300115\n", card},
		{"semicolons", "190000018;900115;300115", card},
		{"lines", "190000018\r\n900115\r\n300115", card},
		{"with check digits", "1900000185 9001158 3001156", card},
		{"check digits on their own", "190000018 5 900115 8 300115 6", card},
		{"information", "190000018590011583001156", card},
		{"information of a long number", "D23145890734934071279507122", long},
		{"long number in fields", "d23145890734 340712 950712", long},
		{"long number with check digits", "D231458907349,3407127,9507122", long},
		{"filled number", "L898902C<3,6908061,9406236", mrz.Key{DocumentNumber: "L898902C", DateOfBirth: "690806", DateOfExpiry: "940623"}},
		{"unfilled number", "L898902C3,6908061,9406236", mrz.Key{DocumentNumber: "L898902C", DateOfBirth: "690806", DateOfExpiry: "940623"}},
		{"information of a short number", "L898902C<369080619406236", mrz.Key{DocumentNumber: "L898902C", DateOfBirth: "690806", DateOfExpiry: "940623"}},
		{"year of birth only", "190000018,90<<<<,300115", mrz.Key{DocumentNumber: "190000018", DateOfBirth: "90<<<<", DateOfExpiry: "300115"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := mrz.ParseKey(tt.text)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			again, err := mrz.ParseKey(got.Information())
			require.NoError(t, err)
			assert.Equal(t, got, again)
		})
	}
}

func TestParseKeyErrors(t *testing.T) {
	tests := []struct {
		name, text string
		want       error
		message    string
	}{
		{"empty", "", mrz.ErrForm, ""},
		{"two fields", "190000018,900115", mrz.ErrForm, ""},
		{"four fields", "1 2 3 4", mrz.ErrForm, ""},
		{"one word", "190000018", mrz.ErrLength, "mrz: wrong number of characters"},
		{"month 13", "190000018,901315,300115", mrz.ErrDate, "mrz: date of birth: not a date"},
		{"expiry of five", "190000018,900115,30011", mrz.ErrLength, "mrz: date of expiry: wrong number of characters"},
		{"birth of eight", "190000018,19900115,300115", mrz.ErrLength, "mrz: date of birth: wrong number of characters"},
		{"one check digit missing", "1900000185,9001158,300115", mrz.ErrLength, ""},
		{"sign", "19000/018,900115,300115", mrz.ErrCharacter, "mrz: document number: character other than A-Z, 0-9 and <"},
		{"number of 23", strings.Repeat("1", 23) + ",900115,300115", mrz.ErrNumber, "mrz: document number: document number missing or too long"},
		{"number of fillers", "<<<<<<<<<,900115,300115", mrz.ErrNumber, ""},
		{"wrong digit of number", "1900000186 9001158 3001156", mrz.ErrCheckDigit, "mrz: wrong check digit of document number"},
		{"wrong digits of dates", "1900000185 9001159 3001157", mrz.ErrCheckDigit, "mrz: wrong check digit of date of birth and date of expiry"},
		{"wrong digit in the information", "190000018590011583001157", mrz.ErrCheckDigit, "mrz: wrong check digit of date of expiry"},
		{"upper lines with a wrong composite", vietnam[:60] + "0", mrz.ErrCheckDigit, "mrz: wrong check digit of line 2, composite"},
		{"third line short", vietnam[:80], mrz.ErrLength, "mrz: line 3: wrong number of characters"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := mrz.ParseKey(tt.text)
			require.ErrorIs(t, err, tt.want)
			if tt.message != "" {
				assert.EqualError(t, err, tt.message)
			}
			assert.Zero(t, got)
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{sampleTD1, sampleTD2, sampleTD3, longTD1, longTD2, vietnam, "", "<<", `\n\n\n`,
		strings.Repeat("<", 90), strings.Repeat("<", 72), strings.Repeat("<", 88), "ẞẞẞ", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := mrz.Parse(text)
		if err != nil {
			noEcho(t, err, text)
			return
		}
		again, err := mrz.Parse(strings.Join(d.Lines, ""))
		require.NoError(t, err)
		require.Equal(t, d, again)
		_, err = mrz.ParseKey(d.Key().Information())
		require.NoError(t, err)
	})
}

func FuzzParseKey(f *testing.F) {
	for _, s := range []string{vietnam, vietnam[:61], "190000018,900115,300115", "1900000185 9001158 3001156",
		"190000018590011583001156", "D23145890734934071279507122", ",,", "1 2 3 4 5 6", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, isZone, err := mrz.ParseTyped(text); isZone && err == nil {
			_, err = mrz.Parse(strings.Join(d.Lines, ""))
			require.NoError(t, err)
		}
		k, err := mrz.ParseKey(text)
		if err != nil {
			noEcho(t, err, text)
			return
		}
		again, err := mrz.ParseKey(k.Information())
		require.NoError(t, err)
		require.Equal(t, k, again)
	})
}

// noEcho checks that an error repeats no word of the input that could be personal.
func noEcho(t *testing.T, err error, text string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(word) > 2 {
			require.NotContains(t, err.Error(), word)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := mrz.Parse(vietnam); err != nil {
			b.Fatal(err)
		}
	}
}
