//go:build e2e

package e2e

import (
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/demo"
	"chipid/mock-reader/persona"
)

// portalOf serves the form for another agent than the demo's, and returns its origin.
func portalOf(t *testing.T, a *counterAgent) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	host := strings.Replace(l.Addr().String(), "127.0.0.1", "localhost", 1)
	handler, err := demo.Portal{Host: host, Agent: a.address}.Handler()
	require.NoError(t, err)
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	return "http://" + host
}

// reads are the lines of reads in the audit: whether the citizen agreed.
func (a *counterAgent) reads() (consents []bool) {
	a.t.Helper()
	for line := range strings.Lines(a.command("audit", "show", "--json")) {
		var e struct {
			Event          string
			CitizenConsent bool
		}
		require.NoError(a.t, json.Unmarshal([]byte(line), &e))
		if e.Event == "read" {
			consents = append(consents, e.CitizenConsent)
		}
	}
	return consents
}

// The citizen's consent from the box on the form to the line in the audit: asked
// where the agent says so, never ticked beforehand, and anew for each citizen.
func TestTheCitizenIsAsked(t *testing.T) {
	a := startAgent(t)
	origin := portalOf(t, a)
	a.command("origins", "grant", origin, "--fields", "all", "--for", "day", "--presence")
	who := persona.All()[0]
	p := open(t, origin)
	p.wait(`document.querySelector("#reader").dataset.state === "card" && document.querySelector("#readerName").options.length === 3`)
	p.set("readerName", "mock:"+who.Name)
	require.True(t, p.visible("#consentLine"))
	assert.False(t, eval[bool](p, `document.querySelector("#consent").checked`), "never ticked beforehand")

	p.give(who.Number)
	p.wait(`document.querySelector("#askStatus").textContent`)
	assert.Equal(t, "consent", p.focused(), "the officer is led to the box")
	assert.Empty(t, a.reads(), "nothing was read")

	p.do(chromedp.Click("#consent"))
	p.give(who.Number)
	require.Equal(t, "genuine", p.result())
	assert.Equal(t, expected(who), p.sheet())
	assert.Equal(t, []bool{true}, a.reads(), "the audit keeps it")
	assert.False(t, eval[bool](p, `document.querySelector("#consent").checked`), "the next citizen is asked anew")
}

// A page that does not state it is refused by the agent, whatever its boxes say.
func TestTheAgentWantsTheCitizensConsent(t *testing.T) {
	const origin = "https://motcua.example.vn"
	a := startAgent(t)
	a.command("origins", "grant", origin, "--fields", "fullName", "--for", "day")
	who := persona.All()[0]
	c := dial(t, a.address, origin)
	for _, consent := range []string{``, `"citizenConsent":false,`} {
		code := c.call(1, "card.read", `{"fields":["fullName"],"purpose":"CT01",`+consent+`"key":{"id":"`+who.Number+`"},"reader":"mock:`+who.Name+`"}`)
		assert.Equal(t, "CITIZEN_CONSENT_MISSING", code)
	}
	assert.Empty(t, a.reads())
}

// A state body's page, named by the operator or the administrator, has no such box.
func TestNoBoxWhereNoneIsWanted(t *testing.T) {
	p := counter(t, persona.All()[0].Name, "instant")
	assert.False(t, p.visible("#consentLine"))
}
