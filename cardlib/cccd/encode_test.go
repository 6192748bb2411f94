package cccd_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/cccd"
)

func TestEncodeDG13(t *testing.T) {
	file, card := vector(t)
	got, err := cccd.EncodeDG13(card)
	require.NoError(t, err)
	assert.Equal(t, file, got, "the vector to the byte")

	for name, d := range map[string]cccd.DG13{
		"nothing":                    {},
		"no father":                  {Mother: "Trần Thị Mẹ"},
		"no mother":                  {Father: "Nguyễn Văn Bố"},
		"two spouses":                {Spouses: []string{"Lê Văn A", "Lê Văn B"}},
		"text in place of a date":    {DateOfBirth: "1990", DateOfExpiry: "Không thời hạn"},
		"letters in the number":      {PersonalNumber: "Số 1"},
		"fields that nobody knows":   {FullName: "A", Extra: map[int][]string{2: {"B"}, 17: {"C", "D"}, 200: {"E"}, 40000: {"F"}, 0x7FFF: {"G"}}},
		"a third name among parents": {Father: "A", Mother: "B", Extra: map[int][]string{13: {"C"}}},
		"a long residence":           {PlaceOfResidence: strings.Repeat("Ấp ", 60)},
	} {
		t.Run(name, func(t *testing.T) {
			d.PlaceOfResidence = cccd.Clean(d.PlaceOfResidence)
			file, err := cccd.EncodeDG13(d)
			require.NoError(t, err)
			got, err := cccd.ParseDG13(file)
			require.NoError(t, err)
			assert.Equal(t, d, got)
		})
	}
	for name, d := range map[string]cccd.DG13{
		"too long":                     {PlaceOfOrigin: strings.Repeat("x", cccd.MaxDG13)},
		"a field that has no number":   {Extra: map[int][]string{-1: {"x"}}},
		"a number that does not fit":   {Extra: map[int][]string{1 << 16: {"x"}}},
		"more values than can be read": {Spouses: strings.Split(strings.Repeat("x ", 80), " ")},
	} {
		_, err := cccd.EncodeDG13(d)
		assert.ErrorIs(t, err, cccd.ErrDG13, name)
	}
}
