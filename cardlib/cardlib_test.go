package cardlib

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/access"
	"chipid/cardlib/apdu"
	"chipid/cardlib/cccd"
	"chipid/cardlib/lds"
	"chipid/cardlib/readers"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/verdict"
)

func TestExpiryIsTheEndOfTheDay(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.DateTime, s)
		require.NoError(t, err)
		return v
	}
	for name, tc := range map[string]struct {
		citizen cccd.Citizen
		now     string
		want    verdict.Check
	}{
		"the day before": {cccd.Citizen{DateOfExpiry: "2030-01-15"}, "2030-01-14 23:59:59", verdict.Pass(verdict.Expiry)},
		"the last day":   {cccd.Citizen{DateOfExpiry: "2030-01-15"}, "2030-01-15 23:59:59", verdict.Pass(verdict.Expiry)},
		"the day after":  {cccd.Citizen{DateOfExpiry: "2030-01-15"}, "2030-01-16 00:00:00", verdict.Fail(verdict.Expiry, verdict.CardExpired)},
		"no expiry":      {cccd.Citizen{NoExpiry: true}, "2099-01-01 00:00:00", verdict.Pass(verdict.Expiry)},
		"unknown":        {cccd.Citizen{}, "2030-01-01 00:00:00", verdict.NoVerdict(verdict.Expiry, verdict.ExpiryUnknown)},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, verdict.Expires(tc.citizen.Expired(at(tc.now))))
		})
	}
}

func TestProgressNeverFalls(t *testing.T) {
	for name, plan := range map[string]Plan{"everything": {}, "DG1 alone": {Groups: []lds.Group{lds.DG1}, SkipActiveAuth: true, SkipChipAuth: true}} {
		t.Run(name, func(t *testing.T) {
			var seen []Progress
			plan.Progress = func(p Progress) { seen = append(seen, p) }
			p := newProgress(plan)
			for _, stage := range Stages() {
				p.enter(stage)
				p.bytes(1, 2)
				p.enter(stage) // a stage entered again counts once
				p.bytes(2, 2)
			}
			last := 0
			for _, s := range seen {
				assert.GreaterOrEqual(t, s.Percent, last)
				assert.LessOrEqual(t, s.Percent, 100)
				last = s.Percent
				if s.Stage != StageDone {
					assert.Less(t, s.Percent, 100)
				}
			}
			assert.Equal(t, 100, last)
		})
	}
}

func TestWantedGroups(t *testing.T) {
	all := Plan{}.wanted()
	for _, g := range []lds.Group{lds.DG1, lds.DG2, lds.DG13, lds.DG14, lds.DG15} {
		assert.True(t, all[g], g)
	}
	assert.False(t, all[lds.DG3])
	few := Plan{Groups: []lds.Group{lds.DG13, 99}, SkipActiveAuth: true, SkipChipAuth: true}.wanted()
	assert.Equal(t, map[lds.Group]bool{lds.DG1: true, lds.DG13: true}, few)
}

func TestCodes(t *testing.T) {
	for want, cause := range map[Code]error{
		CodeCancelled:       context.Canceled,
		CodeCardTimeout:     context.DeadlineExceeded,
		CodeReaderStuck:     apdu.ErrStuck,
		CodeCardRemoved:     apdu.ErrRemoved,
		CodeNoCard:          apdu.ErrNoCard,
		CodeCardReset:       apdu.ErrReset,
		CodeCardBusy:        apdu.ErrBusy,
		CodePCSCNotBuilt:    readers.ErrNotBuilt,
		CodePCSCUnavailable: readers.ErrNoService,
		CodeReaderNotFound:  readers.ErrUnknownReader,
		CodeChannelLost:     securemsg.ErrMAC,
		CodeLinkFailed:      apdu.ErrLink,
		CodeCardProtocol:    errors.New("a surprise"),
	} {
		wrapped := fmt.Errorf("somewhere: %w", cause)
		assert.Equal(t, want, CodeOf(wrapped))
		e := fault(StageSOD, wrapped)
		assert.ErrorIs(t, e, cause)
		assert.Equal(t, StageSOD, e.Stage)
		assert.Same(t, e, fault(StageDG2, fmt.Errorf("again: %w", e)), "the first place counts")
	}
	e := fault(StageSOD, &apdu.StatusError{Command: "SELECT EF.SOD", SW: 0x6A82})
	assert.Equal(t, apdu.SWFileNotFound, e.SW)
	assert.Contains(t, (&Error{Code: CodeAccessDenied, Stage: StageAccess, Tried: []string{AccessBAC}}).Error(), "tried BAC")
}

func TestReadWithoutAKeyTouchesNothing(t *testing.T) {
	_, err := Read(t.Context(), nil, access.Keys{}, Plan{})
	assert.Equal(t, CodeKeyMissing, CodeOf(err))
}

// answers is a card that gives its answers in turn and counts.
type answers struct {
	sw   []apdu.SW
	seen []apdu.Command
}

func (a *answers) Transmit(_ context.Context, cmd apdu.Command) (apdu.Response, error) {
	a.seen = append(a.seen, cmd)
	if len(a.sw) == 0 {
		return apdu.Response{}, apdu.ErrRemoved
	}
	sw := a.sw[0]
	a.sw = a.sw[1:]
	return apdu.Response{SW: sw}, nil
}

func TestIsCitizenCard(t *testing.T) {
	for name, tc := range map[string]struct {
		sw   []apdu.SW
		want bool
	}{
		"selected":                {[]apdu.SW{0x9000}, true},
		"with a warning":          {[]apdu.SW{0x6283}, true},
		"data waiting":            {[]apdu.SW{0x6112}, true},
		"length corrected":        {[]apdu.SW{0x6C12, 0x9000}, true},
		"wants PACE first":        {[]apdu.SW{0x6982}, true},
		"no such application":     {[]apdu.SW{0x6A82}, false},
		"no SELECT":               {[]apdu.SW{0x6D00}, false},
		"another class":           {[]apdu.SW{0x6E00}, false},
		"corrected, then refused": {[]apdu.SW{0x6C12, 0x6A82}, false},
	} {
		t.Run(name, func(t *testing.T) {
			card := &answers{sw: tc.sw}
			got, err := IsCitizenCard(t.Context(), card)
			require.NoError(t, err)
			assert.Equal(t, tc.want, got)
			assert.LessOrEqual(t, len(card.seen), 2)
			for _, cmd := range card.seen {
				assert.Equal(t, byte(apdu.InsSelect), cmd.INS)
			}
		})
	}
	_, err := IsCitizenCard(t.Context(), &answers{})
	assert.ErrorIs(t, err, apdu.ErrRemoved)
}

func TestEncodedLenIsThatOfTheBytes(t *testing.T) {
	for _, data := range []int{0, 1, 255, 256, 1000} {
		for _, le := range []int{0, 1, 256, 257, 65536} {
			for _, extended := range []bool{false, true} {
				cmd := apdu.Command{Data: make([]byte, data), Le: le, Extended: extended}
				b, err := cmd.Bytes()
				require.NoError(t, err)
				assert.Equal(t, len(b), encodedLen(cmd), "data %d, Le %d, extended %v", data, le, extended)
			}
		}
	}
}

// trickle is a chip whose EF.CardAccess is as long as a file may be, and comes a
// byte at a time.
type trickle struct{ sent int }

func (c *trickle) Reset(context.Context) error { return nil }

func (c *trickle) Transmit(_ context.Context, cmd apdu.Command) (apdu.Response, error) {
	c.sent++
	at := int(cmd.P1)<<8 | int(cmd.P2)
	switch header := []byte{0x31, 0x83, 0x03, 0xFF, 0xFB}; {
	case cmd.INS == apdu.InsReadBinaryOdd:
		return apdu.Response{Data: []byte{0x53, 1, 0}, SW: apdu.SWSuccess}, nil
	case cmd.INS != apdu.InsReadBinary:
		return apdu.Response{SW: apdu.SWSuccess}, nil
	case at == 0:
		return apdu.Response{Data: header, SW: apdu.SWSuccess}, nil
	}
	return apdu.Response{Data: []byte{0}, SW: apdu.SWSuccess}, nil
}

func TestAChipWithoutEndIsLeft(t *testing.T) {
	card := &trickle{}
	_, err := Read(t.Context(), card, access.Keys{CAN: "000018"}, Plan{})
	assert.ErrorIs(t, err, errEndless)
	assert.Equal(t, CodeCardProtocol, CodeOf(err))
	assert.Equal(t, MaxCommands, card.sent)
}

// noise answers with bytes of the fuzzer's, in its order, then with silence.
type noise struct{ b []byte }

func (n *noise) Transmit(_ context.Context, _ apdu.Command) (apdu.Response, error) {
	if len(n.b) < 3 {
		return apdu.Response{}, apdu.ErrRemoved
	}
	size := min(int(n.b[0]), len(n.b)-3)
	resp, err := apdu.ParseResponse(n.b[1 : 3+size])
	n.b = n.b[3+size:]
	return resp, err
}

func (n *noise) Reset(context.Context) error { return nil }

func FuzzReadAgainstNoise(f *testing.F) {
	f.Add([]byte{0, 0x90, 0, 0, 0x90, 0, 0, 0x6A, 0x82})
	f.Add([]byte{0, 0x90, 0, 54, 0x31, 0x34, 0x30, 0x0d, 6, 8, 4, 0, 0x7f, 0, 7, 2, 2, 2, 2, 1, 1, 0x90, 0})
	keys, err := cccd.KeysFromMRZ("1900000185 9001158 3001156")
	if err != nil {
		f.Fatal(err)
	}
	keys.CAN = "000018"
	f.Fuzz(func(t *testing.T, b []byte) {
		result, err := Read(t.Context(), &noise{b}, keys, Plan{})
		if err == nil && result.Report.Genuine {
			t.Fatal("noise was taken for a genuine card")
		}
	})
}
