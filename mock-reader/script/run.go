package script

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"chipid/mock-reader/linkmodel"
	"chipid/mock-reader/rack"
	"chipid/mock-reader/scenario"
	"chipid/mock-reader/trace"
)

// ErrFailed: an expectation did not hold, or a step could not be done. The text says which.
var ErrFailed = errors.New("the script failed")

// Times that apply where a script says nothing.
const (
	wholeTime = 10 * time.Minute
	stepTime  = time.Minute
)

// Stage is what a script runs on.
type Stage struct {
	Rack *rack.Rack
	// Slots are the readers, in the script's order; Addresses where they are.
	Slots     []*rack.Slot
	Addresses []string
	// Vars are values that steps may ask for as ${NAME}, beside those of the cards.
	Vars map[string]string
	// Trust makes a folder of the test certificates, when ${trust} is first asked for.
	Trust func() (string, error)
}

// Result is what became of one step.
type Result struct {
	Line    int     `json:"line"`
	Step    string  `json:"step"`
	OK      bool    `json:"ok"`
	Seconds float64 `json:"seconds"`
	// Why says what did not hold.
	Why string `json:"why,omitempty"`
}

// String is the result as a line for people.
func (r Result) String() string {
	mark := "✓"
	if !r.OK {
		mark = "✗"
	}
	return fmt.Sprintf("%s %3d  %s  (%.1f s)", mark, r.Line, r.Step, r.Seconds)
}

// Run runs a script. tell is given each step's result as it comes. The error is
// an ErrFailed for the first step that does not hold; programs that were left
// running are ended.
func (s *Script) Run(ctx context.Context, stage *Stage, tell func(Result)) error {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout.or(wholeTime))
	defer cancel()
	r := &runner{stage: stage, tell: tell, programs: map[string]*program{}}
	defer r.endAll()
	return r.steps(ctx, s.Steps)
}

// runner is a script under way.
type runner struct {
	stage    *Stage
	tell     func(Result)
	programs map[string]*program
	trust    string
	card     string // of the last insertion, or of forEach
	inserted uint64 // the tape's number at the last insertion
	before   uint64 // the tape's number at the end of the step before
}

func (r *runner) steps(ctx context.Context, steps []Step) error {
	for i := range steps {
		s := &steps[i]
		if !s.ForEach.empty() {
			if err := r.forEach(ctx, s); err != nil {
				return err
			}
			continue
		}
		begin := time.Now()
		mark := r.stage.Rack.Tape().Last()
		err := r.step(ctx, s)
		r.before = mark
		result := Result{Line: s.line, Step: r.describe(s), OK: err == nil, Seconds: time.Since(begin).Seconds()}
		if err != nil {
			result.Why = err.Error()
		}
		r.tell(result)
		if err != nil {
			return fmt.Errorf("%w: line %d: %s: %w", ErrFailed, s.line, result.Step, err)
		}
	}
	return nil
}

// forEach repeats steps for each card.
func (r *runner) forEach(ctx context.Context, s *Step) error {
	cards := s.ForEach.List
	if who := s.ForEach.AllOf; who != "" {
		for _, sc := range scenario.All() {
			cards = append(cards, who+"/"+sc.Name)
		}
	}
	for _, card := range cards {
		r.card = card
		if err := r.steps(ctx, s.Steps); err != nil {
			return err
		}
	}
	return nil
}

// step does one step.
func (r *runner) step(ctx context.Context, s *Step) error {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout.or(stepTime)+time.Duration(s.Wait))
	defer cancel()
	slot, err := r.slot(s.Reader)
	if err != nil {
		return err
	}
	switch s.kind() {
	case "insert":
		return r.insert(slot, s.Insert)
	case "remove":
		slot.Remove()
		return nil
	case "tear":
		t, err := rack.ParseTear(s.Tear)
		if err != nil {
			return err
		}
		return slot.SetTear(&t)
	case "link":
		return slot.SetLink(s.Link)
	case "wait":
		return linkmodel.Sleep(ctx, time.Duration(s.Wait))
	case "until":
		return r.until(ctx, slot, s.Until)
	case "save":
		return r.save(s.Save)
	case "run", "start", "finish", "stop":
		return r.program(ctx, s, slot)
	}
	return r.expectTrace(slot, s.Expect)
}

func (s *Step) kind() string {
	if kinds := s.kinds(); len(kinds) > 0 {
		return kinds[0]
	}
	return "expect"
}

// describe says in a few words what a step does.
func (r *runner) describe(s *Step) string {
	text := s.kind()
	switch text {
	case "insert":
		text += " " + r.expandQuietly(s.Insert)
	case "tear":
		text += " " + s.Tear
	case "link":
		text += " " + s.Link
	case "wait":
		text += " " + time.Duration(s.Wait).String()
	case "run", "start":
		text += " " + r.expandQuietly(strings.Join(append(s.Run, s.Start...), " "))
	case "finish", "stop":
		text += " " + s.Finish + s.Stop
	case "save":
		text += " " + s.Save
	}
	if s.Reader > 1 {
		text += fmt.Sprintf(" (reader %d)", s.Reader)
	}
	if s.Note != "" {
		text += " — " + s.Note
	}
	return strings.ReplaceAll(text, "\n", "⏎")
}

func (r *runner) slot(number int) (*rack.Slot, error) {
	if number == 0 {
		number = 1
	}
	if number > len(r.stage.Slots) {
		return nil, fmt.Errorf("there is no reader %d", number)
	}
	return r.stage.Slots[number-1], nil
}

func (r *runner) insert(slot *rack.Slot, card string) error {
	name, err := r.expand(card)
	if err != nil {
		return err
	}
	r.card, r.inserted = name, r.stage.Rack.Tape().Last()
	return slot.Insert(name)
}

// until waits for a line on the trace that came since the step before began.
func (r *runner) until(ctx context.Context, slot *rack.Slot, u *Until) error {
	filter := trace.Filter{Reader: slot.Name(), Text: u.Text}
	for since := r.before; ; {
		lines, more := r.stage.Rack.Tape().Since(since)
		for i := range lines {
			l := &lines[i]
			since = l.Seq
			if filter.Takes(l) && (u.Event == "" || string(l.Kind) == u.Event) && (u.File == "" || isFile(l, u.File)) {
				return nil
			}
		}
		select {
		case <-more:
		case <-ctx.Done():
			return fmt.Errorf("it did not happen: %w", ctx.Err())
		}
	}
}

func isFile(l *trace.Line, file string) bool {
	return l.Exchange != nil && l.File != "" && trace.FileID(l.File) == trace.FileID(file)
}

// save writes the whole trace to a file.
func (r *runner) save(name string) error {
	path, err := r.expand(name)
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	lines, _ := r.stage.Rack.Tape().Since(0)
	return errors.Join(trace.Write(f, lines), f.Close())
}
