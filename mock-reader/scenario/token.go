package scenario

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
)

// ForeignToken is the name of a card that is no citizen's: a signing token, as
// they sit in officers' PCs. It has an application of its own and a PIN that
// blocks; whoever takes it for a citizen's card does harm, and its log shows it.
const ForeignToken = "foreign:token"

// tokenAID is the token's only application (a registered identifier of nobody).
var tokenAID = []byte{0xF0, 0x53, 0x59, 0x4E, 0x54, 0x48}

// tokenATR tells the token apart from citizens' cards.
var tokenATR = chip.BuildATR(apdu.ProtocolT1, []byte("SYNTH TOKEN"))

// token is the foreign card.
type token struct {
	log func(chip.Entry)

	mu       sync.Mutex
	away     bool
	selected bool
	number   int
}

func newToken(log func(chip.Entry)) *token { return &token{log: log} }

// ATR implements Card.
func (t *token) ATR() []byte { return bytes.Clone(tokenATR) }

// LinkInfo implements apdu.Linked.
func (t *token) LinkInfo() apdu.LinkInfo {
	return apdu.LinkInfo{ATR: t.ATR(), Protocol: apdu.ProtocolT1, Synthetic: true}
}

// Transmit implements apdu.Card.
func (t *token) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if err := ctx.Err(); err != nil {
		return apdu.Response{}, err
	}
	raw, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	out := t.Exchange(raw)
	if out == nil {
		return apdu.Response{}, apdu.ErrRemoved
	}
	return apdu.ParseResponse(out)
}

// Exchange implements Card.
func (t *token) Exchange(raw []byte) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.away {
		return nil
	}
	cmd, err := apdu.ParseCommand(raw)
	sw := apdu.SWWrongLength
	if err == nil {
		sw = t.answer(cmd)
	}
	out := apdu.Response{SW: sw}.Bytes()
	t.tell(chip.Entry{
		Command: bytes.Clone(raw), Response: out,
		Name:  fmt.Sprintf("token: %X", raw[:min(len(raw), 16)]),
		Plain: cmd, PlainResponse: apdu.Response{SW: sw},
	})
	return out
}

// answer knows SELECT of its own application and a PIN that is never right.
func (t *token) answer(cmd apdu.Command) apdu.SW {
	const insVerify = 0x20
	switch {
	case cmd.INS == apdu.InsSelect && cmd.P1 == 0x04:
		if t.selected = bytes.Equal(cmd.Data, tokenAID); t.selected {
			return apdu.SWSuccess
		}
		return apdu.SWFileNotFound
	case cmd.INS == insVerify && t.selected:
		return 0x63C2
	}
	return apdu.SWInsNotSupported
}

// tell logs under the lock, so that entries come one at a time and in order.
func (t *token) tell(e chip.Entry) {
	t.number++
	e.Number = t.number
	if t.log != nil {
		t.log(e)
	}
}

// Reset implements apdu.Resetter. A reset shows in the log: nobody else's card is to be reset.
func (t *token) Reset(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.away {
		return apdu.ErrRemoved
	}
	t.selected = false
	t.tell(chip.Entry{Name: "token: reset"})
	return nil
}

// PowerOff implements Card.
func (t *token) PowerOff() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.selected = false
}

// Insert implements Card.
func (t *token) Insert() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.away, t.selected, t.number = false, false, 0
}

// Remove implements Card.
func (t *token) Remove() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.away = true
}

// Present implements Card.
func (t *token) Present() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.away
}
