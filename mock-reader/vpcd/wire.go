package vpcd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"chipid/mock-reader/scenario"
)

// Controls of the wire.
const (
	controlPowerOff = 0x00
	controlPowerOn  = 0x01
	controlReset    = 0x02
	controlATR      = 0x04
)

// errSilent: the card gave no answer; the driver waits for ever unless the
// connection ends.
var errSilent = errors.New("vpcd: card does not answer")

// readMessage reads one message; its length field bounds it to 65535 bytes.
func readMessage(r io.Reader) ([]byte, error) {
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(r, message); err != nil {
		return nil, err
	}
	return message, nil
}

func writeMessage(w io.Writer, message []byte) error {
	if len(message) > 0xFFFF {
		return fmt.Errorf("vpcd: answer of %d bytes does not fit a message", len(message))
	}
	b := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(message)), uint16(len(message)))
	_, err := w.Write(append(b, message...))
	return err
}

// converse answers the reader's messages until the connection or the card ends.
func converse(conn net.Conn, card scenario.Card) error {
	for {
		ackAtOnce(conn)
		message, err := readMessage(conn)
		if err != nil {
			return err
		}
		answer, due, err := respond(card, message)
		if err != nil {
			return err
		}
		if !due {
			continue
		}
		if err := writeMessage(conn, answer); err != nil {
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
	case controlPowerOff, controlPowerOn:
		card.PowerOff()
	case controlReset:
		err = card.Reset(context.Background())
	case controlATR:
		return card.ATR(), true, nil
	}
	return nil, false, err
}
