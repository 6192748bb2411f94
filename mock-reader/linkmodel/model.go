package linkmodel

import (
	"context"
	"time"

	"chipid/cardlib/apdu"
)

// Model is how long things take.
type Model struct {
	// BitRate is that of the air in bit/s: 106, 212, 424 or 848 kbit/s.
	BitRate int
	// FrameSize is the longest frame in bytes, prologue and CRC included.
	FrameSize int
	// FrameDelay is the pause before each frame, in either direction.
	FrameDelay time.Duration
	// PerCommand is what reader, USB and driver add to each command.
	PerCommand time.Duration
	// ChipBase is what the chip takes for any command, ChipPerByte for each byte
	// that it enciphers and authenticates.
	ChipBase, ChipPerByte time.Duration
	// Crypto is what the chip takes for a command with public-key arithmetic, by
	// its instruction.
	Crypto map[byte]time.Duration
}

// framing is the prologue and the CRC of an ISO/IEC 14443-4 frame, in bytes.
const framing = 3

// bitsPerByte of type A: eight and a parity bit.
const bitsPerByte = 9

// Typical is a model with the figures assumed for a chip of the years 2015 to
// 2025 and a USB reader: a reader adds 2 ms a command, the chip answers after
// 2 ms and seals about 50 kB/s, each GENERAL AUTHENTICATE of PACE or chip
// authentication takes 200 ms and an RSA-2048 signature 400 ms. No figures of
// the Vietnamese chips are published; a probe of a real card will replace these.
func Typical(bitRate int) Model {
	return Model{
		BitRate: bitRate, FrameSize: 256, FrameDelay: 300 * time.Microsecond,
		PerCommand: 2 * time.Millisecond, ChipBase: 2 * time.Millisecond, ChipPerByte: 20 * time.Microsecond,
		Crypto: map[byte]time.Duration{
			apdu.InsGeneralAuth:  200 * time.Millisecond,
			apdu.InsInternalAuth: 400 * time.Millisecond,
			apdu.InsExternalAuth: 20 * time.Millisecond,
		},
	}
}

// air is the time for n bytes in one direction.
func (m Model) air(n int) time.Duration {
	payload := m.FrameSize - framing
	frames := max(1, (n+payload-1)/payload)
	bits := (n + frames*framing) * bitsPerByte
	onAir := time.Duration(float64(bits) / float64(m.BitRate) * float64(time.Second))
	acks := time.Duration(frames-1) * (m.FrameDelay + time.Duration(float64(framing*bitsPerByte)/float64(m.BitRate)*float64(time.Second)))
	return onAir + time.Duration(frames)*m.FrameDelay + acks
}

// Exchange is the time of one command of sent bytes and its answer of received bytes.
func (m Model) Exchange(ins byte, sent, received int) time.Duration {
	return m.PerCommand + m.air(sent) + m.ChipBase + m.Crypto[ins] +
		time.Duration(sent+received)*m.ChipPerByte + m.air(received)
}

// Link is a Card behind a modelled link. Like the Card it wraps, it serves one
// caller at a time.
type Link struct {
	card  apdu.Card
	model Model
	sleep bool
	spent time.Duration
}

// Wrap counts the time of card's exchanges; with sleep it also waits it out.
func Wrap(card apdu.Card, model Model, sleep bool) *Link {
	return &Link{card: card, model: model, sleep: sleep}
}

// Spent is the modelled time of all exchanges so far.
func (l *Link) Spent() time.Duration { return l.spent }

// Transmit implements apdu.Card.
func (l *Link) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	raw, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	resp, err := l.card.Transmit(ctx, cmd)
	if err != nil {
		return resp, err
	}
	took := l.model.Exchange(cmd.INS, len(raw), len(resp.Data)+2)
	l.spent += took
	if !l.sleep {
		return resp, nil
	}
	timer := time.NewTimer(took)
	defer timer.Stop()
	select {
	case <-timer.C:
		return resp, nil
	case <-ctx.Done():
		return apdu.Response{}, ctx.Err()
	}
}

// Reset implements apdu.Resetter.
func (l *Link) Reset(ctx context.Context) error {
	_, err := apdu.Reset(ctx, l.card)
	return err
}

// LinkInfo implements apdu.Linked.
func (l *Link) LinkInfo() apdu.LinkInfo { return apdu.Info(l.card) }
