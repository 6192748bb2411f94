package rack

import (
	"fmt"
	"strconv"
	"strings"

	"chipid/mock-reader/trace"
)

// Tear says where a card is torn away: it does not answer the command that gets
// there. Exactly one of File and Command is set.
type Tear struct {
	// File is the file as people name it (DG2, SOD, COM), of which Percent or Offset
	// (in bytes) has been read; neither is its first byte.
	File    string `json:"file,omitempty"`
	Percent int    `json:"percent,omitempty"`
	Offset  int    `json:"offset,omitempty"`
	// Command is the number of the command, counted from 1 since the card was put in.
	Command int `json:"command,omitempty"`
}

// String is the tear in a few words.
func (t Tear) String() string {
	switch {
	case t.Command > 0:
		return fmt.Sprintf("command %d", t.Command)
	case t.Percent > 0:
		return fmt.Sprintf("%s %d%%", t.File, t.Percent)
	case t.Offset > 0:
		return fmt.Sprintf("%s byte %d", t.File, t.Offset)
	}
	return t.File
}

// ParseTear reads a tear as people write it: "DG2", "DG2 40%", "DG2 byte 6000",
// "command 12". The error is an ErrTear.
func ParseTear(text string) (Tear, error) {
	words := strings.Fields(text)
	var t Tear
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return -1
		}
		return n
	}
	switch {
	case len(words) == 2 && words[0] == "command":
		t.Command = number(words[1])
	case len(words) == 1:
		t.File = words[0]
	case len(words) == 2 && strings.HasSuffix(words[1], "%"):
		t.File, t.Percent = words[0], number(strings.TrimSuffix(words[1], "%"))
	case len(words) == 3 && words[2] == "%":
		t.File, t.Percent = words[0], number(words[1])
	case len(words) == 3 && words[1] == "byte":
		t.File, t.Offset = words[0], number(words[2])
	default:
		return Tear{}, fmt.Errorf("%w: %q: want FILE, FILE 40%%, FILE byte 6000 or command 12", ErrTear, text)
	}
	return t, t.check()
}

func (t Tear) check() error {
	switch {
	case (t.File == "") == (t.Command == 0):
		return fmt.Errorf("%w: want a file or a command", ErrTear)
	case t.File != "" && trace.FileID(t.File) == 0:
		return fmt.Errorf("%w: no file %q (COM, SOD, DG1 to DG16)", ErrTear, t.File)
	case t.Percent < 0 || t.Percent > 100 || t.Offset < 0 || t.Command < 0:
		return fmt.Errorf("%w: out of range", ErrTear)
	case t.Percent > 0 && t.Offset > 0, t.Command > 0 && (t.Percent > 0 || t.Offset > 0):
		return fmt.Errorf("%w: more than one place", ErrTear)
	}
	return nil
}

// strikes tells whether an exchange gets to the place.
func (t *Tear) strikes(x *trace.Exchange, sizes map[uint16]int) bool {
	if t.Command > 0 {
		return x.Number >= t.Command
	}
	id := trace.FileID(t.File)
	if x.Length == 0 || trace.FileID(x.File) != id {
		return false
	}
	// A read counts by what it delivers; what it asks for may be more than there is.
	reached := x.Offset + max(0, len(x.PlainResponse)-2)
	if t.Percent > 0 {
		return reached*100 >= sizes[id]*t.Percent && sizes[id] > 0
	}
	return reached > t.Offset
}

// SetTear says where the card is torn away, once; nil takes it back. The card may
// be in already or come later.
func (s *Slot) SetTear(t *Tear) error {
	if t != nil {
		if err := t.check(); err != nil {
			return err
		}
		own := *t
		t = &own
	}
	s.tear.Store(t)
	s.rack.wake()
	if t != nil {
		words := eventWords[trace.Armed]
		s.rack.tape.Add(trace.Line{Kind: trace.Armed, Reader: s.name, Card: s.State().Card, Name: "tear at " + t.String(),
			Meaning: trace.Text{Vi: words.Vi + ": " + t.String(), En: words.En + ": " + t.String()}})
	}
	return nil
}
