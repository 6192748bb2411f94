package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options say which reader is asked and which cases are run.
type Options struct {
	// Only are the cases to run, by number; none for all. A number may end in * or
	// leave out what stands after a slash.
	Only []string
	// Rack is where cards are put; nil runs this project's reader in process.
	Rack Rack
	// Command is the reader on Rack, nil for one that a person works.
	Command *Command
	// PowerUp is how long the device may take to notice a card before a program is
	// started (then Run fails with ErrDevice); 0 for a device that need not.
	PowerUp time.Duration
	// Tell says which card is in now, for a person. First is how long a person may
	// take, Still how long the reader must be silent to be done.
	Tell         func(c Case, keys Keys)
	First, Still time.Duration
	// Progress hears of each result; nil for none.
	Progress func(Result)
}

// Status of a case.
type Status string

// A case passed or failed; it is skipped if this reader cannot be asked.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Skipped Status = "skipped"
)

// Result is what a case came to.
type Result struct {
	ID      string `json:"id"`
	ICAO    string `json:"icao,omitempty"`
	Title   string `json:"title"`
	TitleEn string `json:"titleEn"`
	Want    Want   `json:"want"`
	Status  Status `json:"status"`
	// Said is the reader's verdict in its own words.
	Said string `json:"said,omitempty"`
	// Wrong says what was wrong, or why the case was skipped.
	Wrong []string `json:"wrong,omitempty"`
	// Commands is how many commands the reader sent.
	Commands int `json:"commands"`
}

// String is the result as lines for a person.
func (r Result) String() string {
	mark := map[Status]string{Passed: "✓", Failed: "✗", Skipped: "–"}[r.Status]
	s := fmt.Sprintf("%s %-22s %s / %s\n", mark, r.ID, r.Title, r.TitleEn)
	for _, wrong := range r.Wrong {
		s += "    " + wrong + "\n"
	}
	return s
}

// Report is what a run came to.
type Report struct {
	Cases   int      `json:"cases"`
	Passed  int      `json:"passed"`
	Failed  int      `json:"failed"`
	Skipped int      `json:"skipped"`
	Results []Result `json:"results"`
}

// Good tells whether nothing failed.
func (r *Report) Good() bool { return r.Failed == 0 }

// ErrNoCase is a number that no case bears.
var ErrNoCase = errCase("no such case")

// Run runs the cases one after the other. An error means that the run could not
// be made.
func Run(ctx context.Context, o Options) (*Report, error) {
	w := newWorld()
	var d driver = &blackBox{rack: o.Rack, command: o.Command, powerUp: o.PowerUp, quiet: quiet{o.Tell, o.First, o.Still}}
	if o.Rack == nil {
		var err error
		if d, err = inProcessDriver(w); err != nil {
			return nil, err
		}
	}
	cases, err := choose(o.Only)
	if err != nil {
		return nil, err
	}
	report := &Report{}
	for _, c := range cases {
		result, err := one(ctx, w, d, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.ID, err)
		}
		report.add(result)
		if o.Progress != nil {
			o.Progress(result)
		}
	}
	return report, nil
}

func (r *Report) add(result Result) {
	r.Cases++
	switch result.Status {
	case Passed:
		r.Passed++
	case Failed:
		r.Failed++
	case Skipped:
		r.Skipped++
	}
	r.Results = append(r.Results, result)
}

// choose finds the cases by number.
func choose(only []string) ([]Case, error) {
	all := Cases()
	if len(only) == 0 {
		return all, nil
	}
	var chosen []Case
	for _, number := range only {
		found := false
		for _, c := range all {
			if c.bears(number) && !slices.ContainsFunc(chosen, func(o Case) bool { return o.ID == c.ID }) {
				chosen, found = append(chosen, c), true
			}
		}
		if !found {
			return nil, fmt.Errorf("%w: %q", ErrNoCase, number)
		}
	}
	return chosen, nil
}

// bears tells whether the case has this number, or one that begins so.
func (c Case) bears(number string) bool {
	if begin, open := strings.CutSuffix(number, "*"); open {
		return strings.HasPrefix(c.ID, begin)
	}
	return c.ID == number || strings.HasPrefix(c.ID, number+"/")
}

// one runs one case.
func one(ctx context.Context, w *world, d driver, c Case) (Result, error) {
	r := Result{ID: c.ID, ICAO: c.ICAO, Title: c.TitleVi, TitleEn: c.TitleEn, Want: c.Want, Status: Passed}
	if why := d.can(c); why != "" {
		r.Status, r.Wrong = Skipped, []string{why}
		return r, nil
	}
	b, err := c.card(w)
	if err != nil {
		return r, err
	}
	card, err := newCard(b)
	if err != nil {
		return r, err
	}
	said, err := d.read(ctx, w, c, card)
	switch {
	case ctx.Err() != nil:
		return r, ctx.Err()
	case errors.Is(err, ErrDevice):
		return r, err
	}
	if err != nil {
		r.Wrong = append(r.Wrong, err.Error())
	}
	c.judge(&r, said, card.trace())
	return r, nil
}

// judge holds verdict and commands against what is wanted.
func (c Case) judge(r *Result, said Said, trace Trace) {
	r.Said = said.Text
	for _, e := range trace {
		if !e.Reset {
			r.Commands++
		}
	}
	switch {
	case r.Commands == 0:
		r.Wrong = append(r.Wrong, "the reader sent nothing")
	case !said.Known || c.Want == WantAny:
	case said.Genuine != (c.Want == WantGenuine):
		r.Wrong = append(r.Wrong, fmt.Sprintf("the reader says %q where %q is right", said.Text, c.Want))
	}
	for _, rule := range c.rules {
		if wrong := rule.check(trace); wrong != "" {
			r.Wrong = append(r.Wrong, rule.name+": "+wrong)
		}
	}
	if len(r.Wrong) > 0 {
		r.Status = Failed
	}
}
