package torture

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"chipid/cardlib"
	"chipid/cardlib/verdict"
)

// Report is what a run came to.
type Report struct {
	Cases            int     `json:"cases"`
	Hangs            int     `json:"hangs"`
	Panics           int     `json:"panics"`
	WrongVerdicts    int     `json:"wrongVerdicts"`
	LeakedGoroutines int     `json:"leakedGoroutines"`
	Seconds          float64 `json:"seconds"`
	Seed             uint64  `json:"seed"`
	// Altered counts the cases in which plain text was changed before the chip
	// sealed it, or a wrong issuer signed.
	Altered int `json:"altered"`
	// FalseAlarms counts genuine cards that were called forged because the link was
	// disturbed. It is no fault: see the package's comment.
	FalseAlarms int `json:"falseAlarms"`
	// Outcomes counts genuine, failed, unproven, and the codes of errors.
	Outcomes map[string]int `json:"outcomes"`
	// Kinds counts the cases of each kind.
	Kinds map[Kind]int `json:"kinds"`
	// Failures are the first cases that went wrong, Alarms the first false alarms.
	Failures []Failure `json:"failures,omitempty"`
	Alarms   []Failure `json:"alarms,omitempty"`
}

// Failure is a case that went wrong.
type Failure struct {
	// Number is the case's number in the plan of this seed.
	Number int      `json:"number"`
	Case   string   `json:"case"`
	Wrong  []string `json:"wrong"`
}

// maxFailures bounds what is listed, not what is counted.
const maxFailures = 50

// Good tells whether nothing went wrong.
func (r *Report) Good() bool {
	return r.Hangs == 0 && r.Panics == 0 && r.WrongVerdicts == 0 && r.LeakedGoroutines == 0
}

// String is the report for a person.
func (r *Report) String() string {
	var b strings.Builder
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "case %d: %s\n", f.Number, f.Case)
		for _, wrong := range f.Wrong {
			fmt.Fprintf(&b, "    %s\n", wrong)
		}
	}
	fmt.Fprintf(&b, "cases %d (altered before sealing or re-signed: %d), seed %d, %.1f s\n", r.Cases, r.Altered, r.Seed, r.Seconds)
	fmt.Fprintf(&b, "hangs %d, panics %d, wrong verdicts %d, leaked goroutines %d\n", r.Hangs, r.Panics, r.WrongVerdicts, r.LeakedGoroutines)
	var counts []string
	for what, n := range r.Outcomes {
		counts = append(counts, fmt.Sprintf("%s %d", what, n))
	}
	slices.Sort(counts)
	fmt.Fprintf(&b, "outcomes: %s; false alarms %d\n", strings.Join(counts, ", "), r.FalseAlarms)
	return b.String()
}

// tally gathers the outcomes of cases that run at the same time.
type tally struct {
	mu     sync.Mutex
	report Report
	hung   map[int]bool
	begun  time.Time
}

func newTally(seed uint64) *tally {
	return &tally{report: Report{Seed: seed, Outcomes: map[string]int{}, Kinds: map[Kind]int{}}, hung: map[int]bool{}, begun: time.Now()}
}

// outcome is how one case ended.
type outcome struct {
	result   *cardlib.Result
	err      error
	hang     bool
	panic    string
	findings findings
}

func (t *tally) add(number int, a *attempt, o outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := &t.report
	r.Cases++
	r.Kinds[a.kind]++
	if a.altered {
		r.Altered++
	}
	switch {
	case o.hang:
		r.Hangs++
		t.hung[number] = true
		o.findings = findings{"hangs"}
	case o.panic != "":
		r.Panics++
		o.findings = findings{"panics: " + o.panic}
	case len(o.findings) > 0:
		r.WrongVerdicts++
	}
	r.Outcomes[o.name()]++
	if o.result != nil && o.result.Report.Outcome == verdict.Failure && linkKinds[a.kind] {
		r.FalseAlarms++
		if len(r.Alarms) < maxFailures {
			r.Alarms = append(r.Alarms, Failure{number, a.String(), failing(o.result.Report)})
		}
	}
	if len(o.findings) > 0 {
		t.fail(number, a.String(), o.findings...)
	}
}

// wrong tells whether anything went wrong so far.
func (t *tally) wrong() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.report.Good()
}

// fail lists a failure; the lock is held.
func (t *tally) fail(number int, what string, wrong ...string) {
	if len(t.report.Failures) < maxFailures {
		t.report.Failures = append(t.report.Failures, Failure{number, what, wrong})
	}
}

// failing names the checks that failed, with their reasons.
func failing(r verdict.Report) []string {
	var all []string
	for _, c := range r.Checks {
		if c.Status == verdict.Failed && c.ID != verdict.Expiry {
			all = append(all, fmt.Sprintf("%s: %s", c.ID, c.Reason))
		}
	}
	return all
}

func (o outcome) name() string {
	switch {
	case o.hang:
		return "hang"
	case o.panic != "":
		return "panic"
	case o.result != nil:
		return string(o.result.Report.Outcome)
	}
	return string(cardlib.CodeOf(o.err))
}
