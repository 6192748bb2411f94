package cardlib

import (
	"context"
	"errors"

	"chipid/cardlib/apdu"
)

// MaxCommands is how many commands one read sends. A read of every group of a card
// takes a few hundred; a chip that gives its files a byte at a time would hold the
// reader for hours.
const MaxCommands = 1 << 16

// errEndless: the chip wants more commands than any read needs.
var errEndless = errors.New("cardlib: more commands than a read may take")

// Stats counts what went over the link.
type Stats struct {
	// APDUs is the number of commands, those of the transport included.
	APDUs int `json:"apdus"`
	// Sent and Received are bytes of command and response APDUs.
	Sent     int `json:"bytesSent"`
	Received int `json:"bytesReceived"`
	// Resets is how often the card was reset.
	Resets int `json:"resets"`
}

// meter counts, ends what has no end, and makes a read cancellable between any two APDUs.
type meter struct {
	card  apdu.Card
	stats Stats
}

// Transmit implements apdu.Card.
func (m *meter) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if err := ctx.Err(); err != nil {
		return apdu.Response{}, err
	}
	if m.stats.APDUs == MaxCommands {
		return apdu.Response{}, errEndless
	}
	m.stats.APDUs++
	m.stats.Sent += encodedLen(cmd)
	resp, err := m.card.Transmit(ctx, cmd)
	if err == nil {
		m.stats.Received += len(resp.Data) + 2
	}
	return resp, err
}

// Reset implements apdu.Resetter.
func (m *meter) Reset(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.stats.Resets++
	_, err := apdu.Reset(ctx, m.card)
	return err
}

// LinkInfo implements apdu.Linked.
func (m *meter) LinkInfo() apdu.LinkInfo { return apdu.Info(m.card) }

// encodedLen is the length of cmd on the wire without encoding it again.
func encodedLen(cmd apdu.Command) int {
	n := 4 + len(cmd.Data)
	lc, le := 1, 1
	if cmd.NeedsExtended() {
		lc, le = 3, 2
		if len(cmd.Data) == 0 {
			le = 3
		}
	}
	if len(cmd.Data) > 0 {
		n += lc
	}
	if cmd.Le > 0 {
		n += le
	}
	return n
}
