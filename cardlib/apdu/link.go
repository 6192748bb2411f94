package apdu

import (
	"context"
	"fmt"
)

// maxGetResponses bounds the GET RESPONSE commands for one answer: 256 × 256
// bytes is the longest answer there can be.
const maxGetResponses = 257

// Link is a Card over a bare transport that collects answers announced by 61xx
// with GET RESPONSE and repeats a command whose Le the card corrects by 6Cxx.
// Both happen in plain, below secure messaging (ISO/IEC 7816-3 §12.2.1 for T=0;
// contactless cards do it too). Commands too long for T=0 go in ENVELOPEs. Chained
// commands (CLA bit 5) are left to callers.
type Link struct {
	card Card
}

// NewLink wraps a bare transport.
func NewLink(card Card) *Link { return &Link{card: card} }

// Transmit implements Card.
func (l *Link) Transmit(ctx context.Context, cmd Command) (Response, error) {
	if len(cmd.Data) > MaxShortData && Info(l.card).Protocol == ProtocolT0 {
		return l.enveloped(ctx, cmd)
	}
	if len(cmd.Data) > 0 && Info(l.card).Protocol == ProtocolT0 {
		cmd.Le = 0 // a T=0 TPDU carries data one way only; the answer is announced by 61xx
	}
	resp, err := l.card.Transmit(ctx, cmd)
	if err != nil {
		return Response{}, err
	}
	// An answer with data beside 6Cxx is one that secure messaging sealed: the chip
	// has counted the command, and repeating it would be a replay.
	if le, ok := resp.SW.RightLe(); ok && le != cmd.Le && len(resp.Data) == 0 {
		cmd.Le = le
		if resp, err = l.card.Transmit(ctx, cmd); err != nil {
			return Response{}, err
		}
	}
	return l.collect(ctx, cmd, resp)
}

// collect fetches the rest of an answer that ends in 61xx.
func (l *Link) collect(ctx context.Context, cmd Command, resp Response) (Response, error) {
	data := resp.Data
	for i := 0; ; i++ {
		n, more := resp.SW.MoreData()
		if !more {
			resp.Data = data
			return resp, nil
		}
		if i == maxGetResponses {
			return Response{}, fmt.Errorf("%w: answer without end", ErrLink)
		}
		// The class byte keeps its channel bits; secure messaging and chaining bits are cleared.
		get := Command{CLA: cmd.CLA & 0x03, INS: InsGetResponse, Le: n}
		next, err := l.card.Transmit(ctx, get)
		if err != nil {
			return Response{}, err
		}
		// With data it is the status word that secure messaging sealed, as above.
		if le, ok := next.SW.RightLe(); ok && le != n && len(next.Data) == 0 {
			get.Le = le
			if next, err = l.card.Transmit(ctx, get); err != nil {
				return Response{}, err
			}
		}
		if len(data)+len(next.Data) > MaxExtendedLe {
			return Response{}, fmt.Errorf("%w: answer over %d bytes", ErrLink, MaxExtendedLe)
		}
		data = append(data[:len(data):len(data)], next.Data...)
		resp = next
	}
}

// Reset implements Resetter as far as the transport does.
func (l *Link) Reset(ctx context.Context) error {
	if ok, err := Reset(ctx, l.card); ok {
		return err
	}
	return fmt.Errorf("%w: this card cannot be reset in place", ErrLink)
}

// LinkInfo implements Linked.
func (l *Link) LinkInfo() LinkInfo { return Info(l.card) }
