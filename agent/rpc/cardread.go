package rpc

import (
	"context"
	"errors"
	"strings"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/reading"
	"chipid/cardlib"
)

// missing names what a card.read does not say at all; empty if nothing is missing.
func missing(params map[string]any) catalogue.Code {
	if fields, ok := params["fields"]; !ok || isEmptyArray(fields) {
		return catalogue.FieldsMissing
	}
	if purpose, ok := params["purpose"]; !ok || isBlank(purpose) {
		return catalogue.PurposeMissing
	}
	key, ok := params["key"]
	if object, isObject := key.(map[string]any); !ok || isObject && len(object) == 0 {
		return catalogue.KeyMissing
	}
	return ""
}

func isEmptyArray(v any) bool { a, ok := v.([]any); return ok && len(a) == 0 }

func isBlank(v any) bool { s, ok := v.(string); return ok && strings.TrimSpace(s) == "" }

// read carries card.read out and answers it. done is called before the answer
// goes out, so that its id is free when the client sees it.
func (c *session) read(ctx context.Context, r request, done func()) {
	wanted, req, bad := newRead(r)
	if bad == nil {
		p := &progress{session: c, token: r.id, wanted: wanted}
		if token, ok := r.params["progressToken"]; ok {
			p.token = token
		}
		req.Started, req.Progress, req.Text = p.started, p.step, p.text
		var outcome *reading.Outcome
		var err error
		if outcome, err = c.server.config.Desk.Read(ctx, req); err == nil {
			done()
			c.answer(MethodRead, r.id, answer.New(outcome, wanted), nil)
			outcome.Wipe()
			return
		}
		bad = &fault{answer.FailureOf(err)}
	}
	done()
	c.answer(MethodRead, r.id, nil, bad)
}

// newRead makes a request of validated params.
func newRead(r request) (answer.Wanted, reading.Request, *fault) {
	var names []string
	for _, f := range r.params["fields"].([]any) {
		names = append(names, f.(string))
	}
	wanted, err := answer.Want(names...)
	if errors.Is(err, answer.ErrFieldUnknown) {
		return nil, reading.Request{}, refuse(catalogue.FieldUnknown, err.Error())
	}
	req := reading.Request{Portrait: wanted.Portrait()}
	req.Reader, _ = r.params["reader"].(string)
	for kind, text := range r.params["key"].(map[string]any) {
		var code catalogue.Code
		if req.Keys, code = answer.Keys(kind, text.(string)); code != "" {
			return nil, reading.Request{}, refuse(code, "")
		}
	}
	return wanted, req, nil
}

// progress tells the client how a read goes on.
type progress struct {
	session   *session
	token     any
	wanted    answer.Wanted
	synthetic bool

	last cardlib.Progress
	sent time.Time
}

// progressJSON is the params of $/progress.
type progressJSON struct {
	Token     any            `json:"token"`
	Stage     cardlib.Stage  `json:"stage"`
	Percent   int            `json:"percent"`
	Text      catalogue.Text `json:"text"`
	Synthetic bool           `json:"synthetic"`
	Citizen   any            `json:"citizen,omitempty"`
}

// progressPause lies between two messages of the same stage.
const progressPause = 100 * time.Millisecond

func (p *progress) started(r reading.Reader) { p.synthetic = r.Synthetic }

// step tells of a new stage at once, and of the way within one now and then.
func (p *progress) step(step cardlib.Progress) {
	now := time.Now()
	if step.Stage == p.last.Stage && (step.Percent == p.last.Percent || now.Sub(p.sent) < progressPause) {
		return
	}
	p.last, p.sent = step, now
	p.tell(nil)
}

// text hands over the text fields before the portrait has come, if they are
// what the card's issuer signed.
func (p *progress) text(doc *cardlib.Document, checked bool) {
	if !checked {
		return
	}
	fields := answer.Citizen(doc, p.wanted.Text())
	if len(fields) > 0 {
		p.tell(fields)
	}
}

func (p *progress) tell(citizen any) {
	p.session.notify(NotifyProgress, progressJSON{p.token, p.last.Stage, p.last.Percent,
		catalogue.StageOf(string(p.last.Stage)).What, p.synthetic, citizen})
}
