//go:build !pcsc && !race

package scenario_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
	"chipid/cardlib/trust"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// certain is a source of random numbers that is the same every time: chip and
// reader then say the same, as far as they are the same.
func certain() io.Reader {
	block, err := aes.NewCipher(make([]byte, 16))
	if err != nil {
		panic(err)
	}
	return cipher.StreamReader{S: cipher.NewCTR(block, make([]byte, aes.BlockSize)), R: zeros{}}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// exchange is an APDU and its answer.
type exchange struct {
	place   string // what was asked, below secure messaging
	content string // the bytes on the wire and how long the chip took
}

// recorder keeps what a card says, its answer to reset first.
type recorder struct {
	all []exchange
}

func (r *recorder) open(t *testing.T, name string) scenario.Card {
	t.Helper()
	card, err := scenario.Open(testIssuer, name, scenario.Hooks{
		Random: certain(), Log: r.log,
		Sleep: func(context.Context, time.Duration) error { return nil },
	})
	require.NoError(t, err)
	info := card.LinkInfo()
	r.all = append(r.all, exchange{"reset", fmt.Sprintf("%X %v", info.ATR, info.Protocol)})
	return card
}

func (r *recorder) log(e chip.Entry) {
	r.all = append(r.all, exchange{
		fmt.Sprintf("%s %02X%02X", e.Name, e.Plain.CLA, e.Plain.INS),
		fmt.Sprintf("%X %X %v", e.Command, e.Response, slices.Contains(e.Faults, "slow")),
	})
}

// habits are ways in which readers differ: what all of them see is what a
// scenario can show.
var habits = []func(t *testing.T, card scenario.Card, store *trust.Store) (cardlib.Result, error){
	func(t *testing.T, card scenario.Card, store *trust.Store) (cardlib.Result, error) {
		return readWith(t, card, cardlib.Plan{Trust: store, Random: certain()})
	},
	func(t *testing.T, card scenario.Card, store *trust.Store) (cardlib.Result, error) {
		return readWith(t, card, cardlib.Plan{Trust: store, Random: certain(), SkipChipAuth: true})
	},
	func(t *testing.T, card scenario.Card, _ *trust.Store) (cardlib.Result, error) { // begins with BAC
		_, _ = card.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 0x04, P2: 0x0C, Data: chip.DefaultAID})
		_, _ = card.Transmit(t.Context(), apdu.Command{INS: apdu.InsGetChallenge, Le: 8})
		return cardlib.Result{}, nil
	},
	func(t *testing.T, card scenario.Card, _ *trust.Store) (cardlib.Result, error) { // always names the parameters
		data := append(tlv.Encode(0x80, []byte{4, 0, 0x7F, 0, 7, 2, 2, 4, 2, 2}), 0x83, 1, 2, 0x84, 1, 13)
		_, _ = card.Transmit(t.Context(), apdu.Command{INS: apdu.InsMSE, P1: 0xC1, P2: 0xA4, Data: data})
		return cardlib.Result{}, nil
	},
}

func readWith(t *testing.T, card scenario.Card, plan cardlib.Plan) (cardlib.Result, error) {
	result, err := cardlib.Read(t.Context(), card, keysOf(t, subject, false), plan)
	if err != nil {
		return cardlib.Result{}, err
	}
	return *result, nil
}

var subject = persona.All()[0]

// codes are all reason codes of a report with their checks, or the error's code.
func codes(result cardlib.Result, err error) string {
	if err != nil {
		return string(cardlib.CodeOf(err))
	}
	var all []string
	for _, c := range result.Report.Checks {
		if c.ID == "expiry" && c.Reason != "CARD_EXPIRED" {
			continue
		}
		all = append(all, fmt.Sprint(c.ID, c.Status, c.Reason, c.Remarks))
	}
	return strings.Join(all, ",")
}

// firstDifference is the place of the first exchange in which two cards differ.
func firstDifference(genuine, other []exchange) (place, content string) {
	for i, e := range other {
		if i >= len(genuine) || e != genuine[i] {
			return fmt.Sprintf("%d %s", i, e.place), e.content
		}
	}
	if len(other) < len(genuine) {
		return fmt.Sprintf("%d nothing", len(other)), ""
	}
	return "", ""
}

// TestScenariosDiffer: no two scenarios share the first APDU that differs from the
// genuine card's (in the first habit of readers that shows one) and the reason
// codes. So none is another one under a second name, and none cannot be seen at all.
func TestScenariosDiffer(t *testing.T) {
	store := mockTrust(t, testIssuer)
	genuine := make([][]exchange, len(habits))
	byContent, byPlace := map[string]string{}, map[string][]string{}
	for _, s := range scenario.All() {
		var place, content, reasons string
		for n, read := range habits {
			if place != "" {
				break
			}
			var r recorder
			result, err := read(t, r.open(t, subject.Name+"/"+s.Name), store)
			if n == 0 {
				reasons = codes(result, err)
			}
			if s.Name == scenario.Genuine {
				genuine[n] = r.all
				continue
			}
			if place, content = firstDifference(genuine[n], r.all); place != "" {
				place = fmt.Sprintf("habit %d, %s", n, place)
			}
		}
		if s.Name != scenario.Genuine {
			assert.NotEmpty(t, place, "%s cannot be told from the genuine card", s.Name)
		}
		key := place + content + reasons
		assert.Empty(t, byContent[key], "%s is the same as", s.Name)
		byContent[key] = s.Name
		byPlace[place+" "+reasons] = append(byPlace[place+" "+reasons], s.Name)
	}
	t.Logf("%d scenarios; %d pairs of a place and reasons", len(scenario.All()), len(byPlace))
	for place, names := range byPlace {
		if len(names) > 1 {
			t.Logf("same place and reasons, other bytes: %v at %s", names, place)
		}
	}
	assert.GreaterOrEqual(t, len(byPlace), 60, "even if only the place counts, not what is said there")
}
