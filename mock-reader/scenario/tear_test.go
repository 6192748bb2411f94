package scenario_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/cardlib"
	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

var testIssuer = issuer.New(issuer.PublishedSeed)

// keysOf are a persona's keys as an officer has them: the number, or the MRZ.
func keysOf(t testing.TB, p persona.Persona, byMRZ bool) access.Keys {
	t.Helper()
	keys, err := cccd.KeysFromNumber(p.Number)
	if byMRZ {
		keys, err = cccd.KeysFromMRZ(p.MRZ())
	}
	require.NoError(t, err)
	return keys
}

func insert(t testing.TB, name string) scenario.Card {
	t.Helper()
	card, err := scenario.Open(testIssuer, name, scenario.Hooks{})
	require.NoError(t, err)
	card.Insert()
	return card
}

// counted fails the exchange with the given number and all after it.
type counted struct {
	scenario.Card
	n, failAt int
	fault     error
	gone      bool
}

func (c *counted) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if c.n++; c.failAt > 0 && c.n >= c.failAt {
		c.gone = true
		return apdu.Response{}, c.fault
	}
	return c.Card.Transmit(ctx, cmd)
}

func (c *counted) Reset(ctx context.Context) error {
	if c.gone {
		return c.fault
	}
	return c.Card.Reset(ctx)
}

// A card taken away at any APDU of a read ends it with a typed error, leaves no
// goroutine, and the next read of the same card works.
func TestPulledAtEveryAPDU(t *testing.T) {
	store := mockTrust(t, testIssuer)
	for name, tc := range map[string]struct {
		card  string
		byMRZ bool
		fault error
		code  cardlib.Code
	}{
		"PACE, pulled":       {"mau", false, apdu.ErrRemoved, cardlib.CodeCardRemoved},
		"BAC, pulled":        {"mau/bac-only", true, apdu.ErrRemoved, cardlib.CodeCardRemoved},
		"PACE, reader stuck": {"mau", false, apdu.ErrStuck, cardlib.CodeReaderStuck},
	} {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			who, _, err := scenario.Parse(tc.card)
			require.NoError(t, err)
			keys, plan := keysOf(t, who, tc.byMRZ), cardlib.Plan{Trust: store}
			card := &counted{Card: insert(t, tc.card), fault: tc.fault}
			whole, err := cardlib.Read(t.Context(), card, keys, plan)
			require.NoError(t, err)
			require.Equal(t, verdict.Genuine, whole.Report.Outcome)
			total := card.n
			require.Greater(t, total, 20)
			for at := 1; at <= total; at++ {
				card.n, card.failAt, card.gone = 0, at, false
				card.PowerOff()
				result, err := cardlib.Read(t.Context(), card, keys, plan)
				require.Nil(t, result)
				var typed *cardlib.Error
				require.ErrorAs(t, err, &typed, "APDU %d", at)
				assert.Equal(t, tc.code, typed.Code, "APDU %d", at)
				assert.ErrorIs(t, err, tc.fault)
				assert.NotEmpty(t, typed.Stage)
				assert.LessOrEqual(t, card.n, at+1, "the card is used after it went")
			}
			card.n, card.failAt, card.gone = 0, 0, false
			card.PowerOff()
			again, err := cardlib.Read(t.Context(), card, keys, plan)
			require.NoError(t, err)
			assert.Equal(t, verdict.Genuine, again.Report.Outcome)
			t.Logf("pulled at each of %d APDUs", total)
		})
	}
}

// A read that is cancelled between any two APDUs says so.
func TestCancelledAtEveryAPDU(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	store, keys := mockTrust(t, testIssuer), keysOf(t, persona.All()[0], false)
	card := insert(t, persona.All()[0].Name)
	for at := 1; ; at++ {
		ctx, cancel := context.WithCancel(t.Context())
		watched := &hooked{Card: card, before: func(n int) {
			if n == at {
				cancel()
			}
		}}
		card.PowerOff()
		result, err := cardlib.Read(ctx, watched, keys, cardlib.Plan{Trust: store})
		ended := ctx.Err() != nil
		cancel()
		if !ended {
			require.NoError(t, err)
			assert.Greater(t, at, 20)
			return
		}
		if result != nil { // cancelled during the last exchange: everything was there
			continue
		}
		assert.Equal(t, cardlib.CodeCancelled, cardlib.CodeOf(err), "APDU %d", at)
		assert.LessOrEqual(t, watched.n, at)
	}
}

// hooked calls before with the number of each exchange.
type hooked struct {
	scenario.Card
	n      int
	before func(n int)
}

func (h *hooked) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	h.n++
	h.before(h.n)
	return h.Card.Transmit(ctx, cmd)
}
