package child

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// kind is what a frame is.
type kind byte

// Frames to the child, and those that come back. Each side asks one thing at a
// time: the agent a step, and within it the child what it needs for the step.
const (
	kindBegin   kind = 'B' // an order, the key in the body → kindReady
	kindTry     kind = 'T' // read the card once → kindRead
	kindFinish  kind = 'F' // make the answer → kindDone
	kindOpen    kind = 'O' // open the chip for a service → kindOpened
	kindRelay   kind = 'M' // a message of the service → kindRelayed
	kindAnswer  kind = 'A' // of the card, to kindCommand and kindReset
	kindSigned  kind = 'S' // to kindSign
	kindFields  kind = 'f' // to kindChecked: the text fields that may be told of
	kindReady   kind = 'y'
	kindRead    kind = 'r'
	kindDone    kind = 'd'
	kindOpened  kind = 'o'
	kindRelayed kind = 'm'
	kindCommand kind = 'c' // a command APDU for the card
	kindReset   kind = 'z' // reset the card
	kindSign    kind = 's' // what the agent's key is to sign
	kindChecked kind = 'k' // the text is what the issuer signed
	// The child tells of these and waits for nothing.
	kindProgress kind = 'p'
	kindText     kind = 't' // the text fields in JSON
)

// Limits of a frame, in bytes.
const (
	// maxHead bounds what is decoded from JSON; nothing in it is of a person.
	maxHead = 64 << 10
	// maxBody bounds an answer: a picture of 4 bytes a pixel as base64 is the
	// longest thing in it.
	maxBody = 24 << 20
	// maxSmall bounds every other body: the longest APDU, a bundle to be signed,
	// EF.SOD and DG14.
	maxSmall = 2 << 20
)

// limit is the longest body of a frame.
func (k kind) limit() int {
	switch k {
	case kindDone:
		return maxBody
	case kindAnswer, kindCommand, kindBegin:
		return 1 << 17
	}
	return maxSmall
}

// errFrame: what came is no frame, or too long.
var errFrame = errors.New("child: malformed frame")

// frame is one message. The head is JSON and holds nothing of a person; the body is
// bytes, and whoever gets it overwrites it.
type frame struct {
	kind kind
	head []byte
	body []byte
}

// newFrame makes a frame of a head that can be encoded; nil for none.
func newFrame(k kind, head any, body []byte) frame {
	f := frame{kind: k, body: body}
	if head != nil {
		f.head, _ = json.Marshal(head) // of our own types, which have no cycles and no channels
	}
	return f
}

// frameLen is the length of what stands before head and body: the kind and the two
// lengths, big-endian.
const frameLen = 1 + 4 + 4

// write sends a frame.
func (f frame) write(w io.Writer) error {
	var start [frameLen]byte
	start[0] = byte(f.kind)
	binary.BigEndian.PutUint32(start[1:], uint32(len(f.head)))
	binary.BigEndian.PutUint32(start[5:], uint32(len(f.body)))
	if len(f.head) > maxHead || len(f.body) > f.kind.limit() {
		return fmt.Errorf("%w: %d and %d bytes to send", errFrame, len(f.head), len(f.body))
	}
	for _, part := range [][]byte{append(start[:], f.head...), f.body} {
		if len(part) == 0 {
			continue
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// readFrame takes the next frame. Nothing is allocated before the lengths are
// judged.
func readFrame(r io.Reader) (frame, error) {
	var start [frameLen]byte
	if _, err := io.ReadFull(r, start[:]); err != nil {
		return frame{}, err
	}
	f := frame{kind: kind(start[0])}
	head, body := binary.BigEndian.Uint32(start[1:]), binary.BigEndian.Uint32(start[5:])
	if head > maxHead || uint64(body) > uint64(f.kind.limit()) {
		return frame{}, fmt.Errorf("%w: %d and %d bytes", errFrame, head, body)
	}
	var err error
	if f.head, err = readExactly(r, int(head)); err != nil {
		return frame{}, err
	}
	f.body, err = readExactly(r, int(body))
	return f, err
}

// readExactly takes n bytes; what came of fewer is overwritten.
func readExactly(r io.Reader, n int) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		clear(b)
		return nil, fmt.Errorf("%w: %w", errFrame, err)
	}
	return b, nil
}

// into decodes the head.
func (f frame) into(v any) error {
	if err := json.Unmarshal(f.head, v); err != nil {
		return fmt.Errorf("%w: head of %q", errFrame, f.kind)
	}
	return nil
}
