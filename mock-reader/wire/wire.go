// Package wire is how cards and virtual readers speak over TCP, as vsmartcard's
// driver vpcd does: each message is a length of two bytes, big-endian, and so
// many bytes. From the reader a message of one byte is a control, a longer one a
// command APDU, answered by a message with the response. Closing the connection
// takes the card out of the reader, opening it puts the card in.
//
// [Watch] is an addition of the mock's own, used in package tcp alone.
//
// What may not live here: what a card answers, and who connects to whom.
package wire

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Controls. PowerOff, PowerOn and Reset have no answer; ATR is answered by the
// answer to reset.
const (
	PowerOff = 0x00
	PowerOn  = 0x01
	Reset    = 0x02
	ATR      = 0x04
	// Watch asks for the state, at once and after each change; see package tcp.
	Watch = 0x10
)

// MaxMessage is the longest message in bytes.
const MaxMessage = 0xFFFF

// Read reads one message.
func Read(r io.Reader) ([]byte, error) {
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

// Write writes one message of at most MaxMessage bytes.
func Write(w io.Writer, message []byte) error {
	if len(message) > MaxMessage {
		return fmt.Errorf("wire: %d bytes do not fit a message", len(message))
	}
	b := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(message)), uint16(len(message)))
	_, err := w.Write(append(b, message...))
	return err
}
