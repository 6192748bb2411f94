//go:build !pcsc

package scenario_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/persona"
)

// changeling drops the channel once, and is another card after the reset.
type changeling struct {
	apdu.Card
	next  apdu.Card
	lives int
}

func (c *changeling) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if c.lives--; c.lives == 0 {
		return apdu.Response{SW: apdu.SWSMObjectsIncorrect}, nil
	}
	return c.Card.Transmit(ctx, cmd)
}

func (c *changeling) Reset(ctx context.Context) error {
	if c.lives <= 0 && c.next != nil {
		c.Card, c.next = c.next, nil
	}
	_, err := apdu.Reset(ctx, c.Card)
	return err
}

func (c *changeling) LinkInfo() apdu.LinkInfo { return apdu.Info(c.Card) }

// TestEveryChannelIsProven: a key in EF.CardSecurity is bound to the data by the
// channel alone, so that each channel of a read needs its proof.
func TestEveryChannelIsProven(t *testing.T) {
	who := persona.All()[0]
	store := mockTrust(t, testIssuer)
	for second, want := range map[string]verdict.Status{"cam": verdict.Passed, "cam-forged": verdict.Failed} {
		t.Run(second, func(t *testing.T) {
			card := &changeling{Card: insert(t, who.Name+"/cam"), next: insert(t, who.Name+"/"+second), lives: 18}
			result, err := cardlib.Read(t.Context(), card, keysOf(t, who, false), cardlib.Plan{Trust: store})
			require.NoError(t, err)
			require.True(t, card.next == nil, "the card was changed")
			assert.Equal(t, want, result.Report.Get(verdict.ChipAuth).Status)
			assert.Equal(t, "PACE-ECDH-CAM-AES-128/13", result.Document.Protocol)
		})
	}
}

// TestMappingSavesTheAgreement compares the two ways to prove a chip.
func TestMappingSavesTheAgreement(t *testing.T) {
	who := persona.All()[0]
	read := func(kind string, plan cardlib.Plan) *cardlib.Result {
		result, err := cardlib.Read(t.Context(), insert(t, who.Name+"/"+kind), keysOf(t, who, false), plan)
		require.NoError(t, err)
		return result
	}
	store := mockTrust(t, testIssuer)
	trusted := read("cam-and-gm", cardlib.Plan{Trust: store})
	assert.Equal(t, "PACE-ECDH-CAM-AES-128/13", trusted.Document.Protocol)
	assert.Equal(t, verdict.Pass(verdict.ChipAuth), trusted.Report.Get(verdict.ChipAuth))

	unproven := read("cam-and-gm", cardlib.Plan{})
	assert.Equal(t, "PACE-ECDH-GM-AES-128/13", unproven.Document.Protocol, "without an anchor the mapping proves nothing")

	refused := read("cam-not-spoken", cardlib.Plan{Trust: store})
	assert.Equal(t, "PACE-ECDH-GM-AES-128/13", refused.Document.Protocol, "the next offer")
	assert.Equal(t, 1, refused.Stats.Resets)
}
