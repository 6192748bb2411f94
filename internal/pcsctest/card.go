package pcsctest

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// Card is a virtual card: its ATR and what it answers.
type Card struct {
	// ATR is the answer to reset. One of more than 33 bytes makes a mute card:
	// pcscd cannot take it.
	ATR []byte
	// Answer answers a command APDU with data and status word. Nil answers 9000
	// to all. An empty answer pulls the card in the middle of the exchange.
	Answer func(command []byte) []byte
	// Reset is called at power-on and reset.
	Reset func()
}

// Some answers to reset of invented cards.
var (
	ATRContactless = []byte{0x3B, 0x80, 0x80, 0x01, 0x01}
	ATRContactT0   = []byte{0x3B, 0x00}
	ATRContactT1   = []byte{0x3B, 0x80, 0x01, 0x81}
)

// Orders of vpcd's protocol: a message of one byte.
const (
	orderOff   = 0
	orderOn    = 1
	orderReset = 2
	orderATR   = 4
)

// Inserted is a card in a virtual reader.
type Inserted struct {
	conn net.Conn
	done sync.WaitGroup
}

// Insert puts card into the slot; it is pulled at the end of the test at the latest.
func (d *Daemon) Insert(t testing.TB, slot int, card Card) *Inserted {
	t.Helper()
	conn, err := net.DialTimeout("tcp4", d.Addr(slot), 5*time.Second)
	if err != nil {
		t.Fatalf("insert a card: %v", err)
	}
	in := &Inserted{conn: conn}
	in.done.Go(func() { serve(conn, card) })
	t.Cleanup(in.Pull)
	return in
}

// Pull takes the card out. It may be called twice.
func (in *Inserted) Pull() {
	_ = in.conn.Close()
	in.done.Wait()
}

// serve answers vpcd's messages, each two bytes of length and that many bytes.
func serve(conn net.Conn, card Card) {
	defer conn.Close()
	for {
		message, err := receive(conn)
		if err != nil {
			return
		}
		answer, speaks := card.order(message)
		if !speaks {
			continue
		}
		if len(answer) == 0 || send(conn, answer) != nil {
			return
		}
	}
}

// order handles one message; false if it has no answer.
func (c Card) order(message []byte) ([]byte, bool) {
	if len(message) != 1 {
		if c.Answer == nil {
			return []byte{0x90, 0x00}, true
		}
		return c.Answer(message), true
	}
	switch message[0] {
	case orderATR:
		return c.ATR, true
	case orderOn, orderReset:
		if c.Reset != nil {
			c.Reset()
		}
	}
	return nil, false
}

func receive(r io.Reader) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint16(head[:]))
	if len(body) == 0 {
		return nil, errors.New("empty message")
	}
	_, err := io.ReadFull(r, body)
	return body, err
}

func send(w io.Writer, body []byte) error {
	_, err := w.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(body))), body...))
	return err
}
