//go:build cgo || windows

package pcsc

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ebfe/scard"

	"chipid/cardlib/apdu"
)

// Conn is a shared connection to the card in a reader.
type Conn struct {
	source *Source
	reader string
	sc     *scard.Context
	card   *scard.Card

	mu      sync.Mutex // held by a call; the idle timer waits for it
	atr     []byte
	entered scard.ReaderState // the reader as it was when the card was connected
	fault   error             // why nothing can be sent any more
	channel bool              // a secure channel was opened: the card is reset when given back
	held    bool              // a transaction is open
	used    time.Time         // when the last command ended
	idle    *time.Timer
	left    bool // a call was abandoned; it gives the connection back when it returns
	closed  bool
}

// opened is what a connection attempt brings.
type opened struct {
	conn *Conn
	err  error
}

// connect tries once, for at most limit: pcscd lets a connection wait until the
// transaction of another program is over.
func (s *Source) connect(ctx context.Context, reader string, limit time.Duration) (*Conn, error) {
	try := func() opened {
		conn, err := s.open(reader)
		return opened{conn, err}
	}
	late := func(o opened) {
		if o.err == nil {
			_ = o.conn.Close()
		}
	}
	o, err := within(ctx, s, limit, try, late)
	switch {
	case errors.Is(err, errLimit):
		return nil, &fault{call: "SCardConnect", code: err, kinds: []error{apdu.ErrBusy}}
	case err != nil:
		return nil, err
	}
	return o.conn, o.err
}

// open connects and reads what is known of the link.
func (s *Source) open(reader string) (*Conn, error) {
	sc, err := establish()
	if err != nil {
		return nil, err
	}
	card, err := sc.Connect(reader, scard.ShareShared, scard.ProtocolAny)
	if err != nil {
		release(sc)
		return nil, connecting("SCardConnect", err)
	}
	c := &Conn{source: s, reader: reader, sc: sc, card: card}
	if err := c.learn(); err != nil {
		c.giveBack()
		return nil, err
	}
	return c, nil
}

// learn notes the ATR, and the state of the reader, whose event counter tells
// later whether the card was taken away.
func (c *Conn) learn() error {
	states := []scard.ReaderState{{Reader: c.reader, CurrentState: scard.StateUnaware}}
	if err := statusChange(c.sc, states, 0); err != nil {
		return connecting("SCardGetStatusChange", err)
	}
	c.entered, c.atr = states[0], states[0].Atr
	switch c.card.ActiveProtocol() {
	case scard.ProtocolT0, scard.ProtocolT1:
		return nil
	}
	return connecting("SCardConnect", scard.ErrProtoMismatch) // scard cannot transmit over another
}

// LinkInfo implements apdu.Linked.
func (c *Conn) LinkInfo() apdu.LinkInfo {
	c.mu.Lock()
	defer c.mu.Unlock()
	active := c.card.ActiveProtocol()
	return apdu.LinkInfo{
		ATR:       c.atr,
		Protocol:  linkProtocol(c.atr, active == scard.ProtocolT0, active == scard.ProtocolT1),
		Synthetic: synthetic(c.reader),
	}
}

// Transmit implements apdu.Card. A command that is under way is not interrupted
// by ctx; it ends by its own limit, with apdu.ErrStuck. To a card that was reset
// by another program nothing is sent before Reset; one that was removed must be
// connected to anew.
func (c *Conn) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.usable(ctx); err != nil {
		return apdu.Response{}, err
	}
	raw, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	if len(raw) == 4 && c.card.ActiveProtocol() == scard.ProtocolT0 {
		raw = append(raw, 0) // a T=0 command always has its fifth byte (ISO/IEC 7816-3 §12.1.1)
	}
	if err := c.hold(ctx); err != nil {
		return apdu.Response{}, err
	}
	c.channel = c.channel || opensChannel(cmd)
	answer, err := c.call(c.source.transmitLimit, "SCardTransmit", func() ([]byte, error) {
		answer, err := c.card.Transmit(raw)
		if err == nil && len(answer) < 2 {
			err = apdu.ErrResponse // some drivers say so when the card is pulled
		}
		return answer, err
	})
	c.rest()
	if err != nil {
		return apdu.Response{}, err
	}
	resp, err := apdu.ParseResponse(answer)
	if err != nil {
		return apdu.Response{}, fmt.Errorf("%w: %w", apdu.ErrLink, err)
	}
	return resp, nil
}

// usable tells why nothing can be sent, if so.
func (c *Conn) usable(ctx context.Context) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case c.fault != nil:
		return c.fault
	case c.closed:
		return &fault{call: "SCardTransmit", code: scard.ErrInvalidHandle, kinds: []error{apdu.ErrLink}}
	}
	return nil
}

// opensChannel tells whether cmd is part of a protocol that leaves a secure
// channel or a half-opened one in the chip.
func opensChannel(cmd apdu.Command) bool {
	return cmd.Secured() || cmd.INS == apdu.InsGeneralAuth || cmd.INS == apdu.InsExternalAuth
}

// Reset implements apdu.Resetter (SCardReconnect with SCARD_RESET_CARD). It
// fails with apdu.ErrRemoved if the card was away since it was connected, even
// if another lies there now.
func (c *Conn) Reset(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.usable(ctx); err != nil && !errors.Is(err, apdu.ErrReset) {
		return err
	}
	// SCardReconnect would wait for another program's transaction without a limit,
	// and would take a card that was put in since for ours. A new transaction tells
	// of both.
	c.endHold()
	if err := c.hold(ctx); err != nil && !errors.Is(err, apdu.ErrReset) {
		return err
	}
	c.endHold()
	c.fault = nil
	_, err := c.call(c.source.transmitLimit, "SCardReconnect", func() ([]byte, error) {
		return nil, c.card.Reconnect(scard.ShareShared, scard.ProtocolAny, scard.ResetCard)
	})
	if err != nil {
		return err
	}
	c.channel = false
	if c.wasAway(0) {
		c.fault = c.removed("SCardReconnect")
		return c.fault
	}
	return c.learn()
}

// Close implements readers.Conn: the card is left as it is, or reset if a
// secure channel was opened over the connection. A second Close does nothing.
func (c *Conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	if c.idle != nil {
		c.idle.Stop()
	}
	if c.left {
		return nil
	}
	c.endHold()
	return c.giveBack()
}

// giveBack ends the connection and its context.
func (c *Conn) giveBack() error {
	disposition := scard.LeaveCard
	if c.channel {
		disposition = scard.ResetCard
	}
	err := c.card.Disconnect(disposition)
	release(c.sc)
	if errors.Is(speaking("SCardDisconnect", err), apdu.ErrRemoved) {
		return nil
	}
	return speaking("SCardDisconnect", err)
}
