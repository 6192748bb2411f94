package consent

import (
	"context"
	"errors"
	"strings"
	"unicode"
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
	// Right tells whether a code is the one that the page shows, so that whoever enters
	// another is told at once ([AskPair]; nil else).
	Right func(code string) bool
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

// OwnWords is Printable for what a page says of itself, which is shown to the officer
// between « and »: none of these are in it, so that it cannot end them and go on in the
// agent's name.
func OwnWords(text string) string {
	return strings.NewReplacer("«", "‹", "»", "›").Replace(Printable(text))
}

// maxMarks is how many marks a letter may carry: Vietnamese needs two.
const maxMarks = 2

// Printable leaves out of a stranger's words what would not be seen, would turn the
// words beside it around or would cover them: control and format characters (zero-width
// and bidirectional ones among them), line separators, marks heaped on one letter.
func Printable(text string) string {
	marks := 0
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.In(c, unicode.C, unicode.Zl, unicode.Zp):
			return -1
		case !unicode.Is(unicode.M, c):
			marks = 0
		case marks >= maxMarks:
			return -1
		default:
			marks++
		}
		return c
	}, text)
}
