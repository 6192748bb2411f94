package linkmodel

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Setting is a link as a person chose it.
type Setting struct {
	// Text is what was parsed.
	Text  string
	Model Model
	// Sleep tells that the time is waited out, not only counted.
	Sleep bool
	// Contact tells that the card itself must speak T=0 or T=1, whatever its scenario says.
	Contact bool
}

// Instant is the link that takes no time.
const Instant = "instant"

// ErrSetting: the text names no link.
var ErrSetting = errors.New("no such link")

// Presets are the settings worth offering, quickest first.
func Presets() []string {
	return []string{Instant, "848,sleep", "424,sleep", "212,sleep", "106,sleep", "106,reader=40ms,sleep", "t1,sleep", "t0,sleep"}
}

// frameSizes of ISO/IEC 14443-4 §5.1, in bytes.
var frameSizes = []int{16, 24, 32, 40, 48, 64, 96, 128, 256}

// limits of what a person may ask for.
const (
	longestReader = 10 * time.Second
	mostFWI       = 14
)

// Parse reads a link: instant, or 106, 212, 424, 848 (kbit/s, contactless), t0 or
// t1 (contacts; ":95" gives TA1 in hexadecimal), and after it, by commas: sleep
// (wait the time out); frame=N (longest frame in bytes); fwi=N (0 to 14);
// reader=DURATION (its latency for each command); chip=recent, typical or old.
// The error is an [ErrSetting].
func Parse(text string) (Setting, error) {
	words := strings.Split(text, ",")
	s := Setting{Text: text}
	if err := s.way(words[0]); err != nil {
		return Setting{}, fmt.Errorf("%w: %q: %w", ErrSetting, text, err)
	}
	for _, word := range words[1:] {
		if err := s.option(word); err != nil {
			return Setting{}, fmt.Errorf("%w: %q: %w", ErrSetting, text, err)
		}
	}
	return s, nil
}

// way reads the first word.
func (s *Setting) way(word string) error {
	name, ta1, given := strings.Cut(word, ":")
	switch name {
	case Instant:
	case "106", "212", "424", "848":
		rate, _ := strconv.Atoi(name)
		s.Model = Typical(rate * 1000)
	case "t0", "t1":
		if !given {
			ta1 = "95"
		}
		return s.contact(name, ta1)
	default:
		return errors.New("want instant, 106, 212, 424, 848, t0 or t1")
	}
	if given {
		return errors.New("TA1 belongs to t0 and t1")
	}
	return nil
}

func (s *Setting) contact(name, ta1 string) error {
	value, err := strconv.ParseUint(ta1, 16, 8)
	if err != nil || len(ta1) != 2 {
		return fmt.Errorf("TA1 %q: want two hexadecimal digits", ta1)
	}
	medium := ContactT0
	if name == "t1" {
		medium = ContactT1
	}
	s.Contact = true
	s.Model, err = Contact(medium, byte(value))
	return err
}

// option reads one of the words after the first.
func (s *Setting) option(word string) error {
	name, value, _ := strings.Cut(word, "=")
	var err error
	switch name {
	case "sleep":
		s.Sleep = true
	case "frame":
		s.Model.FrameSize, err = strconv.Atoi(value)
		if err != nil || !s.frameFits() {
			return fmt.Errorf("frame %q: want one of %v, or 1 to 254 under T=1", value, frameSizes)
		}
	case "fwi":
		fwi, err := strconv.Atoi(value)
		if err != nil || fwi < 0 || fwi > mostFWI || s.Contact {
			return fmt.Errorf("fwi %q: want 0 to %d, contactless", value, mostFWI)
		}
		s.Model.Wait = frameWait(fwi)
	case "reader":
		s.Model.PerCommand, err = time.ParseDuration(value)
		if err != nil || s.Model.PerCommand < 0 || s.Model.PerCommand > longestReader {
			return fmt.Errorf("reader %q: want a duration up to %v", value, longestReader)
		}
	case "chip":
		chip, ok := map[string]Chip{"recent": RecentChip, "typical": TypicalChip, "old": OldChip}[value]
		if !ok {
			return fmt.Errorf("chip %q: want recent, typical or old", value)
		}
		s.Model.Chip = chip
	default:
		return fmt.Errorf("%q: want sleep, frame=, fwi=, reader= or chip=", word)
	}
	return nil
}

func (s *Setting) frameFits() bool {
	if s.Model.Medium == ContactT1 {
		return s.Model.FrameSize >= 1 && s.Model.FrameSize <= 254
	}
	return slices.Contains(frameSizes, s.Model.FrameSize)
}
