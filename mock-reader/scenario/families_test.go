//go:build !pcsc

package scenario_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// TestSignedByEveryAlgorithm reads a card signed with each algorithm of the
// issuer: whatever it can sign with, the reader verifies or says that it does not.
func TestSignedByEveryAlgorithm(t *testing.T) {
	store := mockTrust(t, testIssuer)
	who := persona.All()[5] // with an ECDSA key: no RSA keys but the signers' are made
	for _, a := range issuer.Algorithms() {
		name := "signed:" + a.Name()
		t.Run(a.Name(), func(t *testing.T) {
			t.Parallel()
			s, err := scenario.ByName(name)
			require.NoError(t, err)
			// The proofs of the chip are those of any card.
			plan := cardlib.Plan{Trust: store, SkipActiveAuth: true, SkipChipAuth: true}
			result, err := cardlib.Read(t.Context(), insert(t, who.Name+"/"+name), keysOf(t, who, false), plan)
			require.NoError(t, err)
			for id, status := range s.Expect.Checks {
				if id != "activeAuth" && id != "chipAuth" {
					assert.Equal(t, status, result.Report.Get(id).Status, "%s", id)
				}
			}
		})
	}
}

// TestTornAtAByte takes cards away at chosen bytes of each file.
func TestTornAtAByte(t *testing.T) {
	who := persona.All()[0]
	for _, name := range []string{"torn:sod:0", "torn:sod:500", "torn:dg1:1", "torn:dg13:300", "torn:dg14:10", "torn:dg15:290", "torn:com:3", "torn:dg2:17000"} {
		t.Run(name, func(t *testing.T) {
			card := insert(t, who.Name+"/"+name)
			_, err := cardlib.Read(t.Context(), card, keysOf(t, who, false), cardlib.Plan{})
			assert.Equal(t, cardlib.CodeCardRemoved, cardlib.CodeOf(err))
			assert.False(t, card.Present())
		})
	}
}
