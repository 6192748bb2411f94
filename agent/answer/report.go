package answer

import (
	"chipid/agent/catalogue"
	"chipid/cardlib/verdict"
)

// Report is a verdict.Report with its words.
type Report struct {
	Outcome   verdict.Outcome `json:"outcome"`
	Genuine   bool            `json:"genuine"`
	Synthetic bool            `json:"synthetic"`
	Tone      catalogue.Tone  `json:"tone"`
	Text      catalogue.Text  `json:"text"`
	Remedy    catalogue.Text  `json:"remedy"`
	Checks    []Check         `json:"checks"`
}

// Check is one verdict with its words. Remedy is null where nothing is to be done
// because the check passed.
type Check struct {
	ID     verdict.ID     `json:"id"`
	Status verdict.Status `json:"status"`
	Reason verdict.Reason `json:"reason"`
	Groups []string       `json:"groups,omitempty"`

	Title      catalogue.Text  `json:"title"`
	StatusText catalogue.Text  `json:"statusText"`
	Tone       catalogue.Tone  `json:"tone"`
	Setup      bool            `json:"setup"` // a fault of this computer, not of the card
	Text       catalogue.Text  `json:"text"`
	Remedy     *catalogue.Text `json:"remedy"`
	Remarks    []Remark        `json:"remarks,omitempty"`
}

// Remark is said beside a verdict and does not change it.
type Remark struct {
	Reason verdict.Reason `json:"reason"`
	Text   catalogue.Text `json:"text"`
}

// NewReport puts the words to a report.
func NewReport(r verdict.Report) Report {
	words := catalogue.OutcomeOf(r.Outcome)
	out := Report{Outcome: r.Outcome, Genuine: r.Genuine, Synthetic: r.Synthetic, Tone: words.Tone, Text: words.What, Remedy: words.Remedy}
	for _, c := range r.Checks {
		out.Checks = append(out.Checks, newCheck(c))
	}
	return out
}

func newCheck(c verdict.Check) Check {
	what, remedy := catalogue.Says(c)
	out := Check{
		ID: c.ID, Status: c.Status, Reason: c.Reason, Groups: c.Groups,
		Title: catalogue.CheckOf(c.ID).Title, StatusText: catalogue.StatusOf(c.Status), Tone: catalogue.ToneOf(c), Text: what,
	}
	if c.Status != verdict.Passed {
		out.Remedy = &remedy
		out.Setup = catalogue.ReasonOf(c.Reason).Setup
	}
	for _, r := range c.Remarks {
		out.Remarks = append(out.Remarks, Remark{r, catalogue.ReasonOf(r).What})
	}
	return out
}
