package remoteca

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"

	"chipid/cardlib/apdu"
	"chipid/cardlib/evidence"
)

// errEnded: the session was ended from outside while it waited for an answer.
var errEnded = errors.New("remoteca: the session has ended")

// Session is the service's side of one proof. It holds keys and a counter that
// exist here only: it lives in one process, and what becomes of it when that
// process dies is that the request is over. Its methods may be called from many
// goroutines; there is one conversation with one agent.
type Session struct {
	wire   *wire
	cancel context.CancelFunc
	done   chan struct{} // closed when result is there
	result Result

	mu sync.Mutex
	// seq is the number of the message that waits for its answer, last that
	// message; heard is the hash of what it answered: the same once more gets the
	// same message, for a page whose connection broke.
	seq   uint32
	last  []byte
	heard [sha256.Size]byte
}

// Begin opens a session with the agent's first message and returns the first
// message for the agent. Errors are *Refusal, or evidence.ErrRequest. A card that
// is not vouched for ends the session at once: see Result.
func Begin(s Service, first []byte) (*Session, []byte, error) {
	if s.State == "" {
		s.State = Vietnam
	}
	if err := s.Request.Check(); err != nil {
		return nil, nil, err
	}
	if left := s.Until.Sub(s.now()); left <= 0 || left > MaxLife {
		return nil, nil, fmt.Errorf("%w: a session of %v", evidence.ErrRequest, left)
	}
	if len(s.Key) != ed25519.PrivateKeySize {
		return nil, nil, fmt.Errorf("%w: no key of the service", evidence.ErrRequest)
	}
	up, err := ParseUp(first)
	if err != nil {
		return nil, nil, &Refusal{CodeMessage, err}
	}
	if up.Seq != 0 {
		return nil, nil, &Refusal{Code: CodeSequence}
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.Until.Sub(s.now()))
	x := &Session{wire: newWire(), cancel: cancel, done: make(chan struct{}), heard: sha256.Sum256(first)}
	talk := &conversation{service: s, card: newCard(s, up.SOD, up.DG14), link: x.wire}
	go func() {
		defer close(x.done)
		defer cancel()
		x.result = talk.run(ctx)
	}()
	x.mu.Lock()
	defer x.mu.Unlock()
	down, err := x.next()
	return x, down, err
}

// Step takes the agent's answer and returns the next message for it. The message
// says End when the session is over; see Result then. Errors are *Refusal and
// leave the session as it was: a message that is not the one waited for changes nothing.
func (x *Session) Step(message []byte) ([]byte, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if sha256.Sum256(message) == x.heard {
		return bytes.Clone(x.last), nil
	}
	up, err := ParseUp(message)
	if err != nil {
		return nil, &Refusal{CodeMessage, err}
	}
	if up.Seq == 0 || up.Seq != x.seq {
		return nil, &Refusal{CodeSequence, fmt.Errorf("answer to message %d instead of %d", up.Seq, x.seq)}
	}
	resp, err := apdu.ParseResponse(up.Response)
	if err != nil {
		return nil, &Refusal{CodeMessage, err}
	}
	select {
	case x.wire.answers <- resp:
	case <-x.done:
		return nil, &Refusal{Code: CodeEnded}
	}
	x.heard = sha256.Sum256(message)
	return x.next()
}

// next waits for the conversation's next command, or its end. The lock is held.
func (x *Session) next() ([]byte, error) {
	x.seq++
	down := Down{Seq: x.seq}
	select {
	case cmd := <-x.wire.commands:
		down.Order, down.Command = cmd.order, cmd.bytes
	case <-x.done:
		down.End = true
	}
	b, err := down.Encode()
	if err != nil {
		return nil, err
	}
	x.last = b
	return bytes.Clone(b), nil
}

// Done is closed when the session is over.
func (x *Session) Done() <-chan struct{} { return x.done }

// Result waits for the end of the session and returns what it proved.
func (x *Session) Result() Result {
	<-x.done
	return x.result
}

// Close ends the session, where it has not ended, with CodeEnded.
func (x *Session) Close() {
	x.cancel()
	<-x.done
}

// wire is the way to the chip as the conversation sees it: a Card whose commands
// go out and whose answers come in by messages.
type wire struct {
	commands chan outgoing
	answers  chan apdu.Response
	order    *Order // for the next command
}

type outgoing struct {
	order *Order
	bytes []byte
}

func newWire() *wire { return &wire{commands: make(chan outgoing), answers: make(chan apdu.Response)} }

// Transmit implements apdu.Card.
func (w *wire) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	b, err := cmd.Bytes()
	if err != nil {
		return apdu.Response{}, err
	}
	out := outgoing{w.order, b}
	w.order = nil
	select {
	case w.commands <- out:
	case <-ctx.Done():
		return apdu.Response{}, errEnded
	}
	select {
	case resp := <-w.answers:
		return resp, nil
	case <-ctx.Done():
		return apdu.Response{}, errEnded
	}
}
