package main

import (
	"context"
	"fmt"
	"slices"

	"chipid/agent/catalogue"
	"chipid/agent/consent"
)

// clients is `chipid-agent clients`: programs without a browser, known by a token.
var clients = dispatch("clients", map[string]sub{"create": createClient, "list": listClients, "revoke": revokeClient, "token": newToken})

// createClient is `clients create NAME --fields … --for …`. The token is shown once.
func createClient(ctx context.Context, c console, args []string) int {
	r := c.newRequest("clients")
	flags := r.grantFlags()
	if code, done := r.read(args, 1); done {
		return code
	}
	caller, err := consent.ParseClient(r.operands[0])
	if err != nil {
		return r.wrong(catalogue.GrantInvalid, err.Error())
	}
	g, code, detail := flags.grant()
	if code != "" {
		return r.wrong(code, detail)
	}
	token, hash := consent.NewToken()
	g.Client, g.TokenHash = caller.Client, hash
	if err := makeGrant(r.audit(), r.store(), g, func() { r.tellAgent(ctx) }); err != nil {
		return r.failFiles(err, r.lang, r.json)
	}
	if r.json {
		return r.print(map[string]any{"client": g.Client, "token": token, "fields": g.Fields, "presence": g.Presence, "for": g.For, "until": g.Until})
	}
	r.showGrant(g)
	fmt.Fprintf(r.out, "%s\n    %s\n", tokenWords.In(r.lang), token)
	return 0
}

// newToken is `clients token`: a token that grants nothing yet, and its hash for a
// client of the administrator's signed file.
func newToken(_ context.Context, c console, args []string) int {
	r := c.newRequest("clients")
	if code, done := r.read(args, 0); done {
		return code
	}
	token, hash := consent.NewToken()
	if r.json {
		return r.print(map[string]any{"token": token, "tokenHash": hash})
	}
	fmt.Fprintf(r.out, "%s\n    %s\ntokenHash: %s\n", tokenWords.In(r.lang), token, hash)
	return 0
}

var tokenWords = catalogue.Text{Vi: "Mã của phần mềm này, chỉ hiện một lần (gửi bằng Authorization: Bearer):", En: "This program's token, shown once (sent as Authorization: Bearer):"}

// clientLine is one client in `clients list --json`: everything but the token.
type clientLine struct {
	Client string `json:"client"`
	consent.Grant
	TokenHash string `json:"tokenHash,omitempty"`
}

// listClients is `clients list`.
func listClients(_ context.Context, c console, args []string) int {
	r := c.newRequest("clients")
	if code, done := r.read(args, 0); done {
		return code
	}
	all, err := r.store().List()
	if err != nil {
		return r.failFiles(err, r.lang, r.json)
	}
	all = slices.DeleteFunc(append(r.signedGrants(), all...), func(g consent.Grant) bool { return g.Client == "" })
	if r.json {
		lines := []clientLine{}
		for _, g := range all {
			lines = append(lines, clientLine{Client: g.Client, Grant: g})
		}
		return r.print(map[string]any{"clients": lines})
	}
	for _, g := range all {
		r.showGrant(g)
	}
	return 0
}

// revokeClient is `clients revoke NAME`.
func revokeClient(ctx context.Context, c console, args []string) int {
	r := c.newRequest("clients")
	if code, done := r.read(args, 1); done {
		return code
	}
	caller, err := consent.ParseClient(r.operands[0])
	if err != nil {
		return r.wrong(catalogue.GrantInvalid, err.Error())
	}
	return r.revoke(ctx, caller)
}
