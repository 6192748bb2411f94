package cardlib_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/activeauth"
	"chipid/cardlib/cccd"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// TestFilesAreWrittenAsTheyWereRead decodes every file of cards that the mock issuer
// wrote, encodes what came of it, and wants the same bytes: two writers who share no
// code agree.
func TestFilesAreWrittenAsTheyWereRead(t *testing.T) {
	maker := issuer.New(issuer.PublishedSeed)
	for _, p := range persona.All() {
		if !slices.Contains([]string{"mau", "can-cuoc-2024", "truong-la"}, p.Name) {
			continue // of each kind one: their keys take time to make
		}
		t.Run(p.Name, func(t *testing.T) {
			profile, err := maker.Personalise(p, issuer.Options{
				Signer: issuer.SignerOptions{NamedCurve: true}, SOD: issuer.SODOptions{Version1: p.Generation == persona.CanCuoc2024},
				Groups: map[int][]byte{3: issuer.EncodeDG3()},
			})
			require.NoError(t, err)
			group := func(g lds.Group) []byte { return profile.LDS[chip.FileDG(int(g))] }

			com, err := lds.ParseCOM(profile.LDS[chip.FileCOM])
			require.NoError(t, err)
			assert.Equal(t, profile.LDS[chip.FileCOM], lds.EncodeCOM(com), "EF.COM")

			zone, err := lds.ParseDG1(group(lds.DG1))
			require.NoError(t, err)
			assert.Equal(t, group(lds.DG1), lds.EncodeDG1(zone.Lines...), "DG1")

			fingers, err := lds.ParseDG3(group(lds.DG3))
			require.NoError(t, err)
			require.Len(t, fingers, 2)
			file, err := lds.EncodeDG3(fingers)
			require.NoError(t, err)
			assert.Equal(t, group(lds.DG3), file, "DG3")

			citizen, err := cccd.ParseDG13(group(lds.DG13))
			require.NoError(t, err)
			file, err = cccd.EncodeDG13(citizen)
			require.NoError(t, err)
			rewritten, err := cccd.ParseDG13(file)
			require.NoError(t, err)
			assert.Equal(t, citizen, rewritten, "DG13")

			infos, err := securityinfo.ParseDG14(group(lds.DG14))
			require.NoError(t, err)
			file, err = securityinfo.EncodeDG14(infos)
			require.NoError(t, err)
			back, err := securityinfo.ParseDG14(file)
			require.NoError(t, err)
			assert.ElementsMatch(t, infos.ChipAuthKeys, back.ChipAuthKeys, "DG14")
			assert.ElementsMatch(t, infos.PACE, back.PACE, "DG14")

			key, err := activeauth.ParseDG15(group(lds.DG15))
			require.NoError(t, err)
			file, err = activeauth.EncodeDG15(key)
			require.NoError(t, err)
			assert.Equal(t, group(lds.DG15), file, "DG15")

			sod, err := passiveauth.ParseSOD(profile.LDS[chip.FileSOD])
			require.NoError(t, err)
			content, err := sod.Object().Encode()
			require.NoError(t, err)
			assert.Equal(t, sod.SignedData.Content, content, "LDSSecurityObject")
			inside, err := tlv.ReadTag(profile.LDS[chip.FileSOD], lds.TagSOD)
			require.NoError(t, err)
			assert.Equal(t, profile.LDS[chip.FileSOD], passiveauth.EncodeSOD(inside.Value), "EF.SOD")

			access, err := securityinfo.Parse(profile.MF[chip.FileCardAccess])
			require.NoError(t, err)
			file, err = securityinfo.Encode(access)
			require.NoError(t, err)
			assert.Equal(t, profile.MF[chip.FileCardAccess], file, "EF.CardAccess")
		})
	}
}

// TestOpen: a chip opened to be looked at is opened as for a read, and again.
func TestOpen(t *testing.T) {
	card, err := chip.New(genuine().profile)
	require.NoError(t, err)
	opened, err := cardlib.Open(t.Context(), card, genuine().keys, cardlib.Plan{})
	require.NoError(t, err)
	defer opened.Close()
	assert.Equal(t, cardlib.AccessBAC, opened.Access())
	require.NoError(t, opened.Reset())
	require.NoError(t, opened.Restore())
	com, err := files.NewReader(opened.Channel(), false).Read(t.Context(), files.COM, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, genuine().profile.LDS[chip.FileCOM], com)
	card.Remove()
	_, err = cardlib.Open(t.Context(), card, genuine().keys, cardlib.Plan{})
	assert.Equal(t, cardlib.CodeCardRemoved, cardlib.CodeOf(err))
}
