package readers

import (
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
)

// Reader is the state of one reader.
type Reader struct {
	// Name is the reader's name as the system gives it ("mock:…" for mock readers).
	Name string
	// Card tells whether a card is in.
	Card bool
	// Insertion counts the cards put in since the source began to watch: another
	// number is another insertion, also if the card was away too briefly to be seen.
	Insertion uint64
	// ATR is the answer to reset of the card that is in.
	ATR []byte
	// Stuck marks a reader that stopped answering; it is not used again.
	Stuck bool
	// Mute marks a card that gives no ATR: wrong way round, or damaged.
	Mute bool
	// Synthetic marks a reader whose cards are never real.
	Synthetic bool
}

// State is everything a source knows.
type State struct {
	// Err says why there are no readers to speak of ([ErrNoService]); nil while the service runs.
	Err     error
	Readers []Reader
}

// Conn is a connection to the card in a reader. Close gives the card back
// without resetting it, unless a secure channel was opened over it.
type Conn interface {
	apdu.Card
	apdu.Resetter
	apdu.Linked
	Close() error
}

// Source is where readers come from.
type Source interface {
	// Watch calls tell with the state, at once and after each change, until ctx
	// ends; it then returns nil. It blocks in the system's own calls: no polling.
	// A service that stops is told in State.Err, and waited for. Calls to tell do
	// not overlap and must return soon.
	Watch(ctx context.Context, tell func(State)) error
	// Connect connects to the card in the named reader. Errors: [ErrUnknownReader],
	// [ErrNoService], apdu.ErrNoCard, apdu.ErrBusy, apdu.ErrStuck.
	Connect(ctx context.Context, reader string) (Conn, error)
	// List returns the state once.
	List(ctx context.Context) State
}

// ErrNoService: the smart-card service does not run, or this build has none.
var ErrNoService = errors.New("readers: no smart-card service")

// ErrNotBuilt: this build has no PC/SC (it is an ErrNoService too).
var ErrNotBuilt = fmt.Errorf("readers: built without PC/SC: %w", ErrNoService)

// ErrDenied: the service runs and does not serve this user (it is an ErrNoService too).
var ErrDenied = fmt.Errorf("readers: the service refuses this user: %w", ErrNoService)

// ErrUnknownReader: no reader has that name.
var ErrUnknownReader = errors.New("readers: no such reader")
