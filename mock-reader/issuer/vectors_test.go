package issuer

import (
	"encoding/hex"
	"strings"
	"testing"

	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	require.NoError(t, err)
	return b
}

// The published synthetic sample of DG13: a single woman, parents in separate blocks.
const sampleDG13 = `
6d82015f3082015b020101060628d3160100083182014c3011020101130c30303031393030303030313830190201020c144e677579e1bb856e205468
e1bb8b204de1baab75300f020103130a31352f30312f3139393030090201040c044ee1bbaf300f0201050c0a5669e1bb8774204e616d30090201060c
044b696e68300b0201070c064b68c3b46e67301f0201080c1a58c3a320412c20487579e1bb876e20422c2054e1bb896e68204330270201090c2253e1
bb9120312c2058c3a320412c20487579e1bb876e20422c2054e1bb896e682043300f02010a0c0a4b68c3b46e672063c3b3300f02010b130a31302f30
372f32303231300f02010c0c0a31352f30312f32303330302e02010d30140c124e677579e1bb856e2056c4836e2042e1bb9130130c115472e1baa76e
205468e1bb8b204de1bab9300302010e300e02010f13093132333435363738393015020110131030313233343536373839414243444546`

func TestDG13Sample(t *testing.T) {
	assert.Equal(t, unhex(t, sampleDG13), EncodeDG13(mustPersona(t, "mau"), Wrapped))
}

// TestDG13Parents spells out both shapes and the father who is not named.
func TestDG13Parents(t *testing.T) {
	for _, c := range []struct {
		name           string
		shape          persona.ParentsShape
		father, mother string
		want           string
	}{
		{"separate", persona.Separate, "A", "B", "300d 02010d 3003 0c0141 3003 0c0142"},
		{"joined", persona.Joined, "A", "B", "300b 02010d 3006 0c0141 0c0142"},
		{"no father, separate", persona.Separate, "", "B", "300a 02010d 3000 3003 0c0142"},
		{"no father, joined", persona.Joined, "", "B", "300a 02010d 3005 0c00 0c0142"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := persona.Persona{Parents: c.shape, Father: c.father, Mother: c.mother}
			assert.Equal(t, unhex(t, c.want), Field(13, parents(p)))
		})
	}
}

func TestDG13Layouts(t *testing.T) {
	p := mustPersona(t, "mau")
	wrapped := EncodeDG13(p, Wrapped)
	fields := wrapped[4+4+3+8+4:] // tags and lengths of 6D, SEQUENCE and SET, version, marker
	assert.Equal(t, append(unhex(t, "6d82014c"), fields...), EncodeDG13(p, Direct))
	assert.Equal(t, append(unhex(t, "6d8201503082014c"), fields...), EncodeDG13(p, InSequence))
	assert.Equal(t, "3003020111", hex.EncodeToString(Field(17)))
}

func TestDG1Sample(t *testing.T) {
	mrz := mustPersona(t, "mau").MRZ()
	want := append(unhex(t, "615d5f1f5a"), strings.ReplaceAll(mrz, "\n", "")...)
	assert.Equal(t, want, EncodeDG1(mrz))
}

func TestCOM(t *testing.T) {
	assert.Equal(t, unhex(t, "60185f0104303130375f36063034303030305c066175636d6e6f"), EncodeCOM(1, 2, 3, 13, 14, 15))
}

// TestCardAccess compares with the 54 bytes that issued cards are said to have.
func TestCardAccess(t *testing.T) {
	want := unhex(t, `3134300d060804007f0007020202020101300f060a04007f000702020302020201013012060a04007f0007020204020202010202010d`)
	profile, err := New(PublishedSeed).Personalise(mustPersona(t, "mau"), Options{})
	require.NoError(t, err)
	assert.Equal(t, want, profile.MF[chip.FileCardAccess])
}

// TestFaceRecord checks the lengths that readers rely on (ISO/IEC 19794-5 §5).
func TestFaceRecord(t *testing.T) {
	image := []byte{0xFF, 0xD8, 0xFF, 0xD9}
	record := faceRecord(persona.Female, persona.Image{Data: image, Width: 0x1A4, Height: 0x20D})
	want := unhex(t, `46414300 30313000 00000032 0001
		00000024 0000 02 00 00 000000 0000 000000 000000
		01 00 01a4 020d 01 00 0000 0000 ffd8ffd9`)
	assert.Equal(t, want, record)
}

// TestGroupsOfCard lists what the card holds: the groups of issued cards, and
// DG3, which the chip refuses.
func TestGroupsOfCard(t *testing.T) {
	profile, err := New(PublishedSeed).Personalise(mustPersona(t, "mau"), Options{})
	require.NoError(t, err)
	for _, id := range []uint16{chip.FileCOM, chip.FileSOD, chip.FileDG(1), chip.FileDG(2), chip.FileDG(3), chip.FileDG(13), chip.FileDG(14), chip.FileDG(15)} {
		assert.NotEmpty(t, profile.LDS[id], "%04X", id)
	}
	assert.Len(t, profile.LDS, 8)
	assert.EqualValues(t, 0x6982, profile.Quirks.FileSW[chip.FileDG(3)])
	assert.Equal(t, "000018", profile.CAN)
	assert.Equal(t, "190000018590011583001156", profile.MRZInfo)
}
