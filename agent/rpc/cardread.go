package rpc

import (
	"context"
	"errors"
	"strings"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/child"
	"chipid/agent/counter"
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
	req, bad := c.newRead(r)
	if bad != nil {
		done()
		c.answer(MethodRead, r.id, nil, bad)
		return
	}
	p := &progress{session: c, token: r.id}
	if token, ok := r.params["progressToken"]; ok {
		p.token = token
	}
	req.Started, req.Progress, req.Text = p.started, p.step, p.text
	result, err := c.server.config.Counter.Read(ctx, req)
	done()
	c.settle(MethodRead, r.id, result, err)
}

// resume answers with a result that was not delivered.
func (c *session) resume(ctx context.Context, r request, done func()) {
	token, _ := r.params["resume"].(string)
	result, err := c.server.config.Counter.Resume(ctx, c.conn.Caller(), token)
	done()
	c.settle(MethodResume, r.id, result, err)
}

// settle sends a result and says whether it was delivered.
func (c *session) settle(method string, id any, result *counter.Result, err error) {
	if err != nil {
		c.answer(method, id, nil, &fault{answer.FailureOf(err)})
		return
	}
	result.Settle(c.deliver(method, id, result.Answer))
}

// newRead makes a request of validated params.
func (c *session) newRead(r request) (counter.Request, *fault) {
	var ids []string
	for _, f := range r.params["fields"].([]any) {
		ids = append(ids, f.(string))
	}
	wanted, err := answer.Want(ids...)
	if errors.Is(err, answer.ErrFieldUnknown) {
		return counter.Request{}, refuse(catalogue.FieldUnknown, err.Error())
	}
	req := counter.Request{Caller: c.conn.Caller(), Wanted: wanted, Gone: c.ctx.Done()}
	for name, into := range map[string]*string{"reader": &req.Reader, "purpose": &req.Purpose, "operator": &req.Operator, "case": &req.Case, "resume": &req.Resume} {
		*into, _ = r.params[name].(string)
	}
	req.Wait, _ = r.params["wait"].(bool)
	req.CitizenConsent, _ = r.params["citizenConsent"].(bool)
	req.Wish = newWish(r.params)
	req.Key = r.childKey()
	return req, nil
}

// childKey is the one key of validated params.
func (r request) childKey() child.Key {
	for kind := range r.params["key"].(map[string]any) {
		return child.Key{Kind: kind, Text: r.secret}
	}
	return child.Key{}
}

// progress tells the client how a read goes on.
type progress struct {
	session   *session
	token     any
	synthetic bool

	last cardlib.Progress
	sent time.Time
}

// progressJSON is the params of $/progress; of the citizen see tell.
type progressJSON struct {
	Token     any            `json:"token"`
	Stage     cardlib.Stage  `json:"stage"`
	Percent   int            `json:"percent"`
	Text      catalogue.Text `json:"text"`
	Synthetic bool           `json:"synthetic"`
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
	p.session.notify(NotifyProgress, p.params())
}

// text hands over the text fields before the portrait has come.
func (p *progress) text(citizen []byte) {
	b, err := encode(notification{"2.0", NotifyProgress, p.params()})
	if err != nil {
		return
	}
	// The params are the last member, and theirs is the citizen.
	p.session.write(NotifyProgress, splice(b[:len(b)-2], `,"citizen":`, citizen, `}}`))
}

func (p *progress) params() progressJSON {
	return progressJSON{p.token, p.last.Stage, p.last.Percent, catalogue.StageOf(string(p.last.Stage)).What, p.synthetic}
}
