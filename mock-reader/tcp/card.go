package tcp

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/wire"
)

// card is a connection to the card in a reader over TCP. After an error of the
// connection the card counts as taken away.
type card struct {
	conn net.Conn
	atr  []byte
	mu   sync.Mutex // one exchange at a time
}

// ask sends a message and waits for the answer. A context that ends, ends the connection.
func (c *card) ask(ctx context.Context, message []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	answer, err := func() ([]byte, error) {
		if err := wire.Write(c.conn, message); err != nil {
			return nil, err
		}
		return wire.Read(c.conn)
	}()
	switch {
	case err == nil:
		return answer, nil
	case ctx.Err() != nil:
		_ = c.conn.Close() // the answer may still come: what follows would be read amiss
		return nil, ctx.Err()
	}
	return nil, fmt.Errorf("%w: %w", apdu.ErrRemoved, err)
}

// Transmit implements apdu.Card.
func (c *card) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	raw, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	if len(raw) > wire.MaxMessage {
		return apdu.Response{}, fmt.Errorf("%w: %d bytes over TCP", apdu.ErrCommand, len(raw))
	}
	answer, err := c.ask(ctx, raw)
	if err != nil {
		return apdu.Response{}, err
	}
	if len(answer) == 0 {
		return apdu.Response{}, fmt.Errorf("%w: card is mute", apdu.ErrLink)
	}
	return apdu.ParseResponse(answer)
}

// Reset implements apdu.Resetter. A card that is away is found by asking for its
// answer to reset.
func (c *card) Reset(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	err := wire.Write(c.conn, []byte{wire.Reset})
	c.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%w: %w", apdu.ErrRemoved, err)
	}
	_, err = c.ask(ctx, []byte{wire.ATR})
	return err
}

// LinkInfo implements apdu.Linked: a card over TCP is never real.
func (c *card) LinkInfo() apdu.LinkInfo {
	return apdu.LinkInfo{ATR: c.atr, Protocol: protocolOf(c.atr), Synthetic: true}
}

// Close implements readers.Conn.
func (c *card) Close() error { return c.conn.Close() }

// protocolOf is the protocol that an answer to reset offers first: that of TD1,
// T=0 without one (ISO/IEC 7816-3 §8.2.3).
func protocolOf(atr []byte) apdu.Protocol {
	if apdu.ContactlessATR(atr) {
		return apdu.ProtocolContactless
	}
	if len(atr) < 2 {
		return apdu.ProtocolUnknown
	}
	at := 2
	for bit := byte(0x10); bit < 0x80; bit <<= 1 {
		if atr[1]&bit != 0 {
			at++
		}
	}
	if atr[1]&0x80 == 0 {
		return apdu.ProtocolT0
	}
	if at < len(atr) && atr[at]&0x0F == 1 {
		return apdu.ProtocolT1
	}
	return apdu.ProtocolT0
}
