package conformance

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"chipid/mock-reader/scenario"
)

// Rack is a reader device that a card can be put into: a slot of vpcd or a
// listening TCP server.
type Rack interface {
	Put(card scenario.Card)
	Pull() bool
}

// Command is a reader that is a program: it is started for each card and says by
// its exit code whether the card is genuine.
type Command struct {
	// ByNumber and ByMRZ are its command line for cards that open with the number's
	// CAN and with the MRZ, after Split; ByMRZ may be nil. The placeholders {reader},
	// {id}, {can}, {mrz} and {trust} are filled in.
	ByNumber, ByMRZ []string
	// Reader and Trust fill the placeholders: the reader's name, and the directory
	// that holds the test CSCAs.
	Reader, Trust string
	// GenuineExit is the exit code of a genuine card, 0 as a rule.
	GenuineExit int
	// Limit is how long it may take with one card; 0 is a minute.
	Limit time.Duration
}

// Missing tells why one of the programs cannot be started, nil if both are there.
func (m *Command) Missing() error {
	for _, words := range [][]string{m.ByNumber, m.ByMRZ} {
		if len(words) == 0 {
			continue
		}
		if _, err := exec.LookPath(words[0]); err != nil {
			return err
		}
	}
	return nil
}

// ErrQuote is a command line with a quote that does not end.
var ErrQuote = errors.New("conformance: unbalanced quote in the reader's command")

// Split cuts a command line into words; quotes keep spaces together.
func Split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, inWord := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == ' ' || r == '\t' || r == '\n':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quote != 0 {
		return nil, ErrQuote
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

// blackBox drives a Command, or a person where there is none.
type blackBox struct {
	rack    Rack
	command *Command // nil: a person reads
	powerUp time.Duration
	quiet   quiet
}

func (d *blackBox) can(c Case) string {
	switch {
	case c.Terminal:
		return "needs a reader that is authorised for DG3: run in process"
	case d.command != nil && c.ByMRZ && d.command.ByMRZ == nil:
		return "needs the reader's command for cards that open with the MRZ"
	}
	return ""
}

func (d *blackBox) read(ctx context.Context, w *world, c Case, card *card) (Said, error) {
	keys := Keys{w.persona.Number, w.persona.CAN(), w.persona.MRZ()}
	d.rack.Put(card)
	defer d.rack.Pull()
	if d.command == nil {
		return Said{}, d.quiet.wait(ctx, c, keys, card)
	}
	if err := card.noticed(ctx, d.powerUp); err != nil {
		return Said{}, err
	}
	said := Said{Known: true, Genuine: true}
	for range max(1, c.reads) {
		code, err := d.command.run(ctx, c, keys)
		if err != nil {
			return Said{}, err
		}
		said.Genuine = said.Genuine && code == d.command.GenuineExit
		said.Text = fmt.Sprintf("exit code %d", code)
	}
	return said, nil
}

// run starts the program and returns its exit code.
func (m *Command) run(ctx context.Context, c Case, keys Keys) (int, error) {
	words := m.ByNumber
	if c.ByMRZ {
		words = m.ByMRZ
	}
	fill := strings.NewReplacer("{reader}", m.Reader, "{id}", keys.ID, "{can}", keys.CAN, "{mrz}", keys.MRZ, "{trust}", m.Trust)
	args := make([]string, len(words))
	for i, word := range words {
		args[i] = fill.Replace(word)
	}
	limit := m.Limit
	if limit == 0 {
		limit = time.Minute
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := exec.CommandContext(limited, args[0], args[1:]...).Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case limited.Err() != nil:
		return 0, fmt.Errorf("the reader took more than %v", limit)
	case errors.As(err, &exit):
		return exit.ExitCode(), nil
	}
	return 0, err
}
