package cccd_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cccd"
)

func TestNumber(t *testing.T) {
	tests := []struct {
		text, code, province string
		year                 int
		sex                  cccd.Sex
		abroad               bool
	}{
		{"000190000018", "000", "", 1990, cccd.Female, false},
		{"001090123456", "001", "Hà Nội", 1990, cccd.Male, false},
		{"079301000001", "079", "Hồ Chí Minh", 2001, cccd.Female, false},
		{"096200000001", "096", "Cà Mau", 2000, cccd.Male, false},
		{"046415000001", "046", "Thừa Thiên Huế", 2115, cccd.Male, false},
		{"004799000001", "004", "Cao Bằng", 2299, cccd.Female, false},
		{"095900000001", "095", "Bạc Liêu", 2300, cccd.Female, false},
		{"123090000001", "123", "", 1990, cccd.Male, true},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			n, err := cccd.ParseNumber(tt.text)
			require.NoError(t, err)
			code, province, known := n.Province()
			assert.Equal(t, tt.code, code)
			assert.Equal(t, tt.province, province)
			assert.Equal(t, tt.province != "", known)
			assert.Equal(t, tt.year, n.Year())
			assert.Equal(t, tt.sex, n.Sex())
			assert.Equal(t, tt.abroad, n.BornAbroad())
			assert.Equal(t, tt.text[6:], n.CAN())
			assert.Equal(t, tt.text[3:], n.DocumentNumber())
		})
	}
	for _, text := range []string{" 000190000018\n", "000 190 000 018", "000.190.000.018", "000-190-000018"} {
		n, err := cccd.ParseNumber(text)
		require.NoError(t, err)
		assert.Equal(t, cccd.Number("000190000018"), n)
	}
	for text, message := range map[string]string{
		"":                       "has other characters than digits",
		"00019000001":            "has 11 digits",
		"0001900000180":          "has 13 digits",
		"00019000001O":           "has other characters than digits",
		"０００１９００００１８０":           "has other characters than digits",
		strings.Repeat("1", 300): "has other characters than digits",
	} {
		_, err := cccd.ParseNumber(text)
		require.ErrorIs(t, err, cccd.ErrNumber)
		assert.EqualError(t, err, "cccd: not a 12-digit personal number: "+message)
	}
}

func TestNumberZero(t *testing.T) {
	var n cccd.Number
	assert.Zero(t, n.Year())
	assert.Equal(t, cccd.SexUnknown, n.Sex())
	assert.False(t, n.BornAbroad())
	assert.Empty(t, n.CAN())
	code, name, known := n.Province()
	assert.Empty(t, code+name)
	assert.False(t, known)
}

func TestNumberFits(t *testing.T) {
	n := cccd.Number("000190000018")
	born := func(year int) time.Time { return time.Date(year, 1, 15, 0, 0, 0, 0, time.UTC) }
	assert.True(t, n.Fits(born(1990), cccd.Female))
	assert.True(t, n.Fits(born(1990), cccd.SexUnknown))
	assert.False(t, n.Fits(born(1990), cccd.Male))
	assert.False(t, n.Fits(born(2090), cccd.Female), "another century")
	assert.False(t, n.Fits(born(1991), cccd.Female))
}

func TestParseDate(t *testing.T) {
	for text, want := range map[string]string{
		"15/01/1990": "1990-01-15", "5/1/1990": "1990-01-05", "15-01-1990": "1990-01-15", "15.01.1990": "1990-01-15",
		" 15/01/1990 ": "1990-01-15", "19900115": "1990-01-15", "15011990": "1990-01-15", "1990-01-15": "1990-01-15",
		"20101112": "2010-11-12", "20102010": "2010-10-20", "29/02/2000": "2000-02-29", "20210701000000Z": "2021-07-01",
		"29/02/2001": "", "31/04/1990": "", "1990": "", "01/1990": "", "00/00/1950": "", "00001950": "", "15/01/90": "",
		"Không thời hạn": "", "": "", "//": "", "15/01/1990/": "", "1/1/19900": "", "a5/01/1990": "", "15/01/1799": "", "15/01/2400": "",
		"2021070100000Z": "",
	} {
		got, ok := cccd.ParseDate(text)
		assert.Equal(t, want != "", ok, text)
		if ok {
			assert.Equal(t, want, got.Format(time.DateOnly), text)
		}
	}
}

func TestExpiries(t *testing.T) {
	tests := []struct {
		name, birth, issue string
		want               []string
	}{
		{"31 years old, to 40", "1990-01-15", "2021-07-10", []string{"300115"}},
		{"14 years old, to 25", "2007-05-20", "2021-06-01", []string{"320520"}},
		{"22 years old, to 25", "1999-05-20", "2021-06-20", []string{"240520"}},
		{"22, a week short of two years before 25", "1999-05-20", "2022-05-13", []string{"240520", "390520"}},
		{"23 to the day, to 40", "1999-05-20", "2022-05-20", []string{"390520", "240520"}},
		{"24, to 40", "1999-05-20", "2023-08-01", []string{"390520"}},
		{"25 to the day, to 40", "1999-05-20", "2024-05-20", []string{"390520"}},
		{"37, to 40", "1985-03-01", "2022-12-31", []string{"250301"}},
		{"39, to 60", "1985-03-01", "2024-03-02", []string{"450301"}},
		{"57, to 60", "1964-09-09", "2021-10-10", []string{"240909"}},
		{"58 and a half, without end", "1964-09-09", "2023-03-03", []string{"991231"}},
		{"two years before 60, within a month", "1964-09-09", "2022-09-10", []string{"991231", "240909"}},
		{"60 to the day", "1961-07-01", "2021-07-01", []string{"991231"}},
		{"84", "1937-01-01", "2021-07-01", []string{"991231"}},
		{"6 years old, to 14", "2018-08-08", "2024-09-01", []string{"320808"}},
		{"13 years old, to 25", "2011-08-08", "2024-09-01", []string{"360808"}},
		{"new-born", "2024-08-08", "2024-08-20", []string{"380808"}},
		{"29 February, to 25", "2000-02-29", "2021-07-01", []string{"250228", "250301", "250229"}},
		{"29 February, to 40", "1988-02-29", "2021-07-01", []string{"280229", "280228", "280301"}},
		{"29 February, near the limit", "2000-02-29", "2023-03-10", []string{"400229", "400228", "400301"}},
		{"29 February, without end", "1960-02-29", "2021-07-01", []string{"991231"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			birth, ok := cccd.ParseDate(tt.birth)
			require.True(t, ok)
			issue, ok := cccd.ParseDate(tt.issue)
			require.True(t, ok)
			assert.Equal(t, tt.want, cccd.Expiries(birth, issue))
		})
	}
}

func TestIssuing(t *testing.T) {
	police := "Cục trưởng Cục Cảnh sát quản lý hành chính về trật tự xã hội"
	for date, want := range map[string]struct {
		place string
		kind  cccd.Generation
	}{
		"10/07/2021": {police, cccd.GenerationCCCD},
		"2024-06-30": {police, cccd.GenerationCCCD},
		"2024-07-01": {"Bộ Công an", cccd.GenerationCanCuoc},
		"20251231":   {"Bộ Công an", cccd.GenerationCanCuoc},
		"":           {"", ""},
		"hôm qua":    {"", ""},
	} {
		assert.Equal(t, want.place, cccd.PlaceOfIssue(date), date)
		assert.Equal(t, want.kind, cccd.GenerationOf(date), date)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"15/01/1990", "19900115", "15011990", "1990-01-15", "20210701000000Z", "//", "", "Không thời hạn"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := cccd.ParseDate(text)
		if !ok {
			require.True(t, d.IsZero())
			return
		}
		again, ok := cccd.ParseDate(d.Format(time.DateOnly))
		require.True(t, ok)
		require.Equal(t, d, again)
	})
}
