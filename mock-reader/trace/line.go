package trace

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Text is said in both languages.
type Text struct {
	Vi string `json:"vi"`
	En string `json:"en"`
}

// In returns the text in "vi" or "en".
func (t Text) In(language string) string {
	if language == "en" {
		return t.En
	}
	return t.Vi
}

// Hex is bytes that JSON writes as upper-case hexadecimal digits.
type Hex []byte

// MarshalText implements encoding.TextMarshaler.
func (h Hex) MarshalText() ([]byte, error) {
	return []byte(strings.ToUpper(hex.EncodeToString(h))), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hex) UnmarshalText(text []byte) error {
	*h = nil
	if len(text) == 0 {
		return nil
	}
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

// Kind is what a line tells of.
type Kind string

// The kinds. All but APDU are events without bytes.
const (
	APDU   Kind = "apdu"
	Insert Kind = "insert"
	Remove Kind = "remove"
	Torn   Kind = "torn"
	Armed  Kind = "armed"
	Reset  Kind = "reset"
)

// Line is one exchange, or one event, as a tester reads it.
type Line struct {
	// Seq counts the lines of the tape, from 1.
	Seq  uint64    `json:"seq"`
	Time time.Time `json:"time"`
	Kind Kind      `json:"kind"`
	// Reader and Card name where it happened.
	Reader string `json:"reader"`
	Card   string `json:"card,omitempty"`
	// Name is the command in the standard's words, or what happened; Meaning explains it.
	Name    string `json:"name"`
	Meaning Text   `json:"meaning"`

	// Exchange is set for an APDU.
	*Exchange
}

// Exchange is the part of a line that only an APDU has.
type Exchange struct {
	// Number counts the commands since the card was put in.
	Number int `json:"number"`
	// Clause defines the command.
	Clause string `json:"clause,omitempty"`
	// Command and Response are the bytes on the wire; Response is empty if there was none.
	Command  Hex `json:"command"`
	Response Hex `json:"response"`
	// Secured tells whether secure messaging was used; the plain bytes are what was
	// said beneath it, or the same in plain.
	Secured       bool `json:"secured"`
	PlainCommand  Hex  `json:"plainCommand,omitempty"`
	PlainResponse Hex  `json:"plainResponse,omitempty"`
	// Parts are the data objects of the plain command and answer, and of the secure
	// messaging around them.
	Parts []Part `json:"parts,omitempty"`
	// PlainText is what of the plain answer is readable text.
	PlainText string `json:"plainText,omitempty"`
	// SW is the status word beneath secure messaging, empty without an answer.
	SW        string `json:"sw,omitempty"`
	SWMeaning Text   `json:"swMeaning"`
	// File, Offset and Length say what of which file was asked for.
	File   string `json:"file,omitempty"`
	Offset int    `json:"offset,omitempty"`
	Length int    `json:"length,omitempty"`
	// Broken names the clauses that the reader broke; Faults what the card did on purpose.
	Broken []string `json:"broken,omitempty"`
	Faults []string `json:"faults,omitempty"`
	// ChannelEnded tells that secure messaging ended with this command.
	ChannelEnded bool `json:"channelEnded,omitempty"`
	// Micros is the modelled time of the exchange in microseconds, 0 without a link model.
	Micros int64 `json:"micros,omitempty"`
}

// Part is one data object.
type Part struct {
	// From is "command" or "response", with "wire" before it for secure messaging.
	From  string `json:"from"`
	Depth int    `json:"depth,omitempty"`
	Tag   string `json:"tag"`
	Name  Text   `json:"name"`
	Value Hex    `json:"value,omitempty"`
	// Says is what the value means, where it is known.
	Says Text `json:"says,omitzero"`
}

// Trouble tells whether something went wrong: a clause broken, a fault struck, or
// a status word that is neither success nor the usual end of a file.
func (l *Line) Trouble() bool {
	if l.Exchange == nil {
		return l.Kind == Torn
	}
	return len(l.Broken) > 0 || len(l.Faults) > 0 || l.ChannelEnded || !fine(l.SW)
}

// Lose makes the line one of a command whose answer did not arrive, for the
// reason that fault names.
func (x *Exchange) Lose(fault string) {
	x.Response, x.PlainResponse, x.PlainText, x.SW, x.SWMeaning = nil, nil, "", "", Text{}
	x.Faults = append(append([]string(nil), x.Faults...), fault)
	x.Parts = slices.DeleteFunc(x.Parts, func(p Part) bool { return strings.HasSuffix(p.From, "response") })
}

// fine tells whether a status word is nothing to worry about.
func fine(sw string) bool {
	return sw == "9000" || sw == "6282" || strings.HasPrefix(sw, "61") || strings.HasPrefix(sw, "6C")
}

// String is the line for a log, in English and without data.
func (l *Line) String() string {
	x := l.Exchange
	if x == nil {
		return strings.TrimSpace(fmt.Sprintf("-- %s %s %s", l.Reader, l.Name, l.Card))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", x.Number, l.Name)
	if x.Secured {
		b.WriteString(" [SM]")
	}
	if n := len(x.Response); n >= 2 {
		fmt.Fprintf(&b, " -> %d bytes, %02X%02X", n-2, x.Response[n-2], x.Response[n-1])
	} else {
		b.WriteString(" -> no answer")
	}
	for _, f := range x.Faults {
		fmt.Fprintf(&b, " (fault: %s)", f)
	}
	for _, c := range x.Broken {
		fmt.Fprintf(&b, " | %s", c)
	}
	return b.String()
}
