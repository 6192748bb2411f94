package vpcd

import (
	"context"
	"errors"
	"net"

	"chipid/mock-reader/scenario"
	"chipid/mock-reader/wire"
)

// errSilent: the card gave no answer; the driver waits for ever unless the
// connection ends.
var errSilent = errors.New("vpcd: card does not answer")

// converse answers the reader's messages until the connection or the card ends.
// heard is called after each message.
func converse(conn net.Conn, card scenario.Card, heard func()) error {
	for {
		ackAtOnce(conn)
		message, err := wire.Read(conn)
		if err != nil {
			return err
		}
		heard()
		answer, due, err := respond(card, message)
		if err != nil {
			return err
		}
		if !due {
			continue
		}
		if err := wire.Write(conn, answer); err != nil {
			return err
		}
	}
}

// respond does what one message asks; due tells whether an answer is owed.
func respond(card scenario.Card, message []byte) (answer []byte, due bool, err error) {
	if len(message) == 0 {
		return nil, false, nil
	}
	if len(message) > 1 {
		answer = card.Exchange(message)
		if answer == nil {
			return nil, false, errSilent
		}
		return answer, true, nil
	}
	switch message[0] {
	case wire.PowerOff, wire.PowerOn:
		card.PowerOff()
	case wire.Reset:
		err = card.Reset(context.Background())
	case wire.ATR:
		return card.ATR(), true, nil
	}
	return nil, false, err
}
