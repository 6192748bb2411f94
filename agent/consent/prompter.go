package consent

import (
	"context"
	"errors"
	"strings"
)

// Kind is what the officer is asked.
type Kind string

// The questions.
const (
	// AskPair: may this new site ask for cards? The code is to be compared.
	AskPair Kind = "pair"
	// AskAgain: may this site read the card that is in once more?
	AskAgain Kind = "again"
)

// Question is what the officer is asked. It holds no data of a citizen.
type Question struct {
	Kind Kind
	// Caller is who asks, exactly; Name and Purpose are its own words.
	Caller        Caller
	Name, Purpose string
	// Fields are the ids asked for, Presence whether readers and cards are to be told.
	Fields   []string
	Presence bool
	// Reader is where the card is ([AskAgain]).
	Reader string
	// TriesLeft is how many codes may still be entered ([AskPair]).
	TriesLeft int
}

// Decision is the officer's answer.
type Decision struct {
	Granted bool
	// Fields are those granted, among those asked for; sensitive ones only if the
	// officer ticked each. For and Presence go with them ([AskPair]).
	Fields   []string
	Presence bool
	For      Term
	// Code is the number that the page shows, as the officer entered it ([AskPair]).
	Code string
}

// ErrNobody: there is no officer to ask, or none answered in time.
var ErrNobody = errors.New("consent: no officer answered")

// Prompter asks the officer. Ask returns when the officer has decided; its error
// is ErrNobody, or ctx's when that ends first.
type Prompter interface {
	Ask(ctx context.Context, q Question) (Decision, error)
}

// Printable leaves out of a stranger's words what would not be seen, or would turn
// the words beside it around: control characters, zero-width and bidirectional ones.
func Printable(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7F && c < 0xA0 || c >= 0x200B && c <= 0x200F || c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c == 0xFEFF {
			return -1
		}
		return c
	}, text)
}
