package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/control"
)

// listPending is `origins pending`: the questions that wait for the officer, and
// the pages that were told BUSY a moment ago.
func listPending(ctx context.Context, c console, args []string) int {
	r := c.newRequest("origins")
	if code, done := r.read(args, 0); done {
		return code
	}
	waiting, code, ok := r.ask(ctx, control.Request{Op: control.OpPending})
	if !ok {
		return code
	}
	if r.json {
		return r.print(map[string]any{"pending": append([]control.Question{}, waiting.Questions...), "asking": append([]string{}, waiting.Asking...), "pairingUntil": waiting.Until})
	}
	for _, q := range waiting.Questions {
		word := "asks"
		if q.Kind == consent.AskAgain {
			word = "again"
		}
		name := ""
		if q.Name != "" {
			name = " «" + q.Name + "»"
		}
		fmt.Fprintf(r.out, "%s  %s: %s%s — «%s»\n    %s\n", q.ID, pairWords[word].In(r.lang), q.Origin, name, q.Purpose, strings.Join(r.labels(q.Fields), "; "))
	}
	for _, origin := range waiting.Asking {
		fmt.Fprintf(r.out, "—  BUSY: %s\n", origin)
	}
	return 0
}

// approve is `origins approve ID [--code N --fields a,b|all --for T --presence]`.
// Without --fields a pairing gets the ordinary fields that it asked for, which is also
// what «all» stands for here: sensitive ones are named, each by itself.
func approve(ctx context.Context, c console, args []string) int {
	r := c.newRequest("origins")
	flags := r.grantFlags()
	entered := r.set.String("code", "", "")
	if code, done := r.read(args, 1); done {
		return code
	}
	q, code, ok := r.question(ctx, r.operands[0])
	if !ok {
		return code
	}
	d := consent.Decision{Granted: true, Code: *entered}
	if q.Kind == consent.AskPair {
		if *entered == "" {
			return r.wrong(catalogue.Usage, "--code")
		}
		var wrong catalogue.Code
		var detail string
		if d, wrong, detail = r.decision(q, flags, *entered); wrong != "" {
			return r.wrong(wrong, detail)
		}
	}
	return r.answer(ctx, q.ID, d)
}

// decision makes the answer to a pairing of the options.
func (r *request) decision(q control.Question, flags *grantFlags, code string) (consent.Decision, catalogue.Code, string) {
	ordinary, _ := split(q.Fields)
	var names []string
	for name := range strings.SplitSeq(flags.fields, ",") {
		if name = strings.TrimSpace(name); name == "all" || flags.fields == "" {
			names = append(names, ordinary...)
		} else {
			names = append(names, name)
		}
	}
	flags.fields = strings.Join(names, ",")
	g, wrong, detail := flags.grant()
	if wrong != "" {
		return consent.Decision{}, wrong, detail
	}
	for _, id := range g.Fields {
		if !slices.Contains(q.Fields, id) {
			return consent.Decision{}, catalogue.GrantInvalid, id + " was not asked for"
		}
	}
	return consent.Decision{Granted: true, Code: code, Fields: g.Fields, Presence: g.Presence, For: g.For}, "", ""
}

// question finds the question of that number.
func (r *request) question(ctx context.Context, id string) (control.Question, int, bool) {
	waiting, code, ok := r.ask(ctx, control.Request{Op: control.OpPending})
	if !ok {
		return control.Question{}, code, false
	}
	for _, q := range waiting.Questions {
		if q.ID == id {
			return q, 0, true
		}
	}
	return control.Question{}, r.wrong(catalogue.QuestionUnknown, ""), false
}

func (r *request) answer(ctx context.Context, id string, d consent.Decision) int {
	taken, code, ok := r.ask(ctx, control.Request{Op: control.OpAnswer, ID: id, Decision: &d})
	switch {
	case !ok:
		return code
	case taken.CodeWrong:
		return r.wrong(catalogue.PairingMismatch, "")
	}
	if r.json {
		return r.print(map[string]any{"id": id, "granted": d.Granted})
	}
	return 0
}

// deny is `origins deny ID`.
func deny(ctx context.Context, c console, args []string) int {
	r := c.newRequest("origins")
	if code, done := r.read(args, 1); done {
		return code
	}
	return r.answer(ctx, r.operands[0], consent.Decision{})
}

// choose is `origins choose ORIGIN`: of the pages that ask, this one has the turn.
func choose(ctx context.Context, c console, args []string) int {
	r := c.newRequest("origins")
	if code, done := r.read(args, 1); done {
		return code
	}
	if _, code, ok := r.ask(ctx, control.Request{Op: control.OpChoose, Origin: r.operands[0]}); !ok {
		return code
	}
	if r.json {
		return r.print(map[string]any{"origin": r.operands[0]})
	}
	return 0
}
