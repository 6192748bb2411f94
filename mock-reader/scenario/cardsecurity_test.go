package scenario_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/cccd"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// TestCardSecurityOfAnotherChip: the two signed files must offer the same ways of
// PACE; where they do not, it is not EF.CardAccess that is to blame.
func TestCardSecurityOfAnotherChip(t *testing.T) {
	who := persona.All()[0]
	cam := issuer.PACEKind{Mapping: chip.ChipAuthMapping, Cipher: chip.AES128, Parameter: 13}
	card := func(more ...issuer.PACEKind) chip.Profile {
		profile, err := testIssuer.Personalise(who, issuer.Options{PACE: append([]issuer.PACEKind{cam}, more...)})
		require.NoError(t, err)
		return profile
	}
	profile := card()
	other := card(issuer.PACEKind{Mapping: chip.GenericMapping, Cipher: chip.AES256, Parameter: 13})
	profile.MF[chip.FileCardSecurity] = other.MF[chip.FileCardSecurity]
	c, err := chip.New(profile)
	require.NoError(t, err)
	keys, err := cccd.KeysFromNumber(who.Number)
	require.NoError(t, err)
	result, err := cardlib.Read(t.Context(), c, keys, cardlib.Plan{Trust: mockTrust(t, testIssuer)})
	require.NoError(t, err)
	got := result.Report.Get(verdict.Consistency)
	assert.Equal(t, verdict.Failed, got.Status)
	assert.Equal(t, verdict.CardSecurityMismatch, got.Reason)
	assert.False(t, result.Report.Genuine)
}
