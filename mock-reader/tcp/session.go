package tcp

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"time"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/wire"
)

// Limits of a connection.
const (
	busyWait  = 3 * time.Second  // for the turn of another connection
	firstWait = 30 * time.Second // for the first message
	writeWait = 10 * time.Second
)

// serve speaks with one connection until it ends.
func (s *Server) serve(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	_ = conn.SetReadDeadline(time.Now().Add(firstWait))
	first, err := wire.Read(conn)
	if err != nil {
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	if len(first) == 1 && first[0] == wire.Watch {
		s.watched(ctx, cancel, conn)
		return
	}
	s.play(ctx, cancel, conn, first)
}

// watched tells the state at each change.
func (s *Server) watched(ctx context.Context, cancel func(), conn net.Conn) {
	go func() { // the other side says no more; reading tells when it goes
		_, _ = conn.Read(make([]byte, 1))
		cancel()
	}()
	for {
		card, insertion, changed := s.look()
		state := binary.BigEndian.AppendUint64(nil, insertion)
		if card != nil {
			state = append(state, card.ATR()...)
		}
		if send(conn, state) != nil {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// play lets a connection talk to the card that is in.
func (s *Server) play(ctx context.Context, cancel func(), conn net.Conn, first []byte) {
	if !s.take(ctx) {
		_ = send(conn, nil) // busy
		return
	}
	defer func() { <-s.turn }()
	card, _, changed := s.look()
	if card == nil {
		return
	}
	s.tell("connected: " + conn.RemoteAddr().String())
	defer card.PowerOff()
	messages := incoming(ctx, cancel, conn, first)
	for {
		select {
		case <-changed:
			return
		case <-ctx.Done():
			return
		case m := <-messages:
			answer, due := s.respond(ctx, card, m)
			if !card.Present() {
				s.drop(card)
				s.tell("card out")
				return
			}
			if ctx.Err() != nil || due && send(conn, answer) != nil {
				return
			}
		}
	}
}

// incoming gives the messages of a connection, first among them, and cancels at its end.
func incoming(ctx context.Context, cancel func(), conn net.Conn, first []byte) <-chan []byte {
	messages := make(chan []byte, 1)
	messages <- first
	go func() {
		defer cancel()
		for {
			m, err := wire.Read(conn)
			if err != nil {
				return
			}
			select {
			case messages <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	return messages
}

// take waits for the card's turn, three seconds at most.
func (s *Server) take(ctx context.Context) bool {
	timer := time.NewTimer(busyWait)
	defer timer.Stop()
	select {
	case s.turn <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// respond does what one message asks; due tells whether an answer is owed.
func (s *Server) respond(ctx context.Context, card scenario.Card, message []byte) (answer []byte, due bool) {
	if len(message) != 1 {
		return exchange(ctx, card, message), len(message) > 0
	}
	switch message[0] {
	case wire.PowerOff, wire.PowerOn:
		card.PowerOff()
	case wire.Reset:
		_ = card.Reset(ctx) // fails only if the card is away, which is looked at next
	case wire.ATR:
		return card.ATR(), true
	}
	return nil, false
}

// exchange answers a command, with nothing if the card is mute. A command that
// says the same when it is encoded anew can be given up when the connection ends.
func exchange(ctx context.Context, card scenario.Card, raw []byte) []byte {
	if len(raw) == 0 {
		return nil
	}
	cmd, err := apdu.ParseCommand(raw)
	if err == nil {
		if same, err := cmd.Bytes(); err == nil && bytes.Equal(same, raw) {
			resp, err := card.Transmit(ctx, cmd)
			if err != nil {
				return nil
			}
			return resp.Bytes()
		}
	}
	return card.Exchange(raw)
}

func send(conn net.Conn, message []byte) error {
	_ = conn.SetWriteDeadline(time.Now().Add(writeWait))
	if len(message) > wire.MaxMessage {
		message = nil // an answer that no message can carry: mute
	}
	return wire.Write(conn, message)
}
