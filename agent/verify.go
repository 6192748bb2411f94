package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"slices"
	"strings"
	"time"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/cardlib/evidence"
)

// verifyOptions are the flags of `chipid-agent verify`.
type verifyOptions struct {
	file, lang   string
	trust        list
	agents       []ed25519.PublicKey
	json, manual bool
	at           time.Time
	request      evidence.Request
}

// verifyEvidence is `chipid-agent verify`: what a back end does, at a terminal.
func verifyEvidence(_ context.Context, c console, args []string) int {
	o, code, done := c.verifyFlags(args)
	if done {
		return code
	}
	data, err := os.ReadFile(o.file)
	if err != nil {
		return c.fail(catalogue.Usage, "cannot read the file", o.lang, o.json)
	}
	bundle, err := evidence.Parse(data)
	if err != nil {
		return c.fail(catalogue.EvidenceMalformed, "", o.lang, o.json)
	}
	store, _, _, err := trustStores(o.trust, false)
	if err != nil {
		return c.fail(catalogue.TrustUnreadable, err.Error(), o.lang, o.json)
	}
	result := evidence.Verify(bundle, evidence.Expected{
		Request: o.request, Nonce: evidence.NonceOpen, AcceptManualOrigin: o.manual, Store: store, Now: o.at, BuildDate: built(), Agent: o.agent,
	})
	report := answer.NewReport(result.Report)
	if o.json {
		if err := printJSON(c.out, map[string]any{"accepted": result.Accepted(), "report": report}); err != nil {
			return catalogue.ExitTrouble
		}
	} else {
		c.showReport(report, o.lang)
	}
	if !result.Accepted() {
		return catalogue.ExitFailed
	}
	return catalogue.ExitGenuine
}

// agent knows the keys that were named as enrolled.
func (o verifyOptions) agent(key ed25519.PublicKey) evidence.AgentState {
	if slices.ContainsFunc(o.agents, func(k ed25519.PublicKey) bool { return k.Equal(key) }) {
		return evidence.AgentEnrolled
	}
	return evidence.AgentUnknown
}

func (c console) verifyFlags(args []string) (o verifyOptions, code int, done bool) {
	set := newFlags("verify")
	request := newRequestFlags(set)
	at := set.String("at", "", "")
	set.Var(&o.trust, "trust", "")
	var agents list
	set.Var(&agents, "agent-key", "")
	set.BoolVar(&o.json, "json", false, "")
	set.BoolVar(&o.manual, "accept-manual-origin", false, "")
	set.StringVar(&o.lang, "lang", "vi", "")
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		o.file, args = args[0], args[1:]
	}
	if code, done := c.parse(set, args, &o.lang); done {
		return o, code, true
	}
	r, wrong := request.request()
	o.request, o.at = r, time.Now()
	if *at != "" {
		t, err := time.Parse(time.RFC3339, *at)
		if err != nil {
			wrong = "--at: RFC 3339"
		}
		o.at = t
	}
	for _, text := range agents {
		key, err := base64.RawURLEncoding.Strict().DecodeString(text)
		if err != nil || len(key) != ed25519.PublicKeySize {
			wrong = "--agent-key: base64url"
		}
		o.agents = append(o.agents, key)
	}
	if o.file == "" {
		wrong = "verify FILE"
	}
	if wrong != "" {
		return o, c.fail(catalogue.Usage, wrong, o.lang, o.json), true
	}
	return o, 0, false
}
