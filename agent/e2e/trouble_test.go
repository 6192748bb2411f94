//go:build e2e

package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/agent/demo"
	"chipid/mock-reader/persona"
	"chipid/mock-reader/scenario"
)

// saysRemedy checks that the page says what happened and what to do, in the words
// of the one catalogue, and that the form was left alone.
func (p *page) saysRemedy(code catalogue.Code) {
	p.t.Helper()
	entry, ok := catalogue.Lookup(code)
	require.True(p.t, ok, code)
	assert.Equal(p.t, string(code), p.trouble())
	assert.Equal(p.t, entry.What.Vi, p.text("#troubleTitle"))
	assert.Equal(p.t, entry.Remedy.Vi, p.text("#troubleRemedy"))
	assert.Equal(p.t, "alert", eval[string](p, `document.querySelector("#trouble").getAttribute("role")`))
	assert.Equal(p.t, sheet{}, p.sheet())
	assert.False(p.t, p.visible("#result"))
}

func TestTroublesSayTheirRemedy(t *testing.T) {
	me, other := persona.All()[0], persona.All()[2]
	tests := []struct {
		name, card, key string
		want            catalogue.Code
	}{
		{"the number of another card", me.Name, other.Number, "ACCESS_DENIED"},
		{"a number that is none", me.Name, "00019000001", catalogue.NumberInvalid},
		{"nothing at all", me.Name, "", catalogue.NumberInvalid},
		{"a QR of something else", me.Name, "https://example.vn/|x", catalogue.QRInvalid},
		{"a chip that needs more than the number", me.Name + "/bac-only", me.Number, "ACCESS_NEEDS_QR_OR_MRZ"},
		{"a foreign card", scenario.ForeignToken, me.Number, catalogue.CardUnknown},
		{"a chip that dies half-way", me.Name + "/dies-half-way", me.Number, catalogue.CardRemoved},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			put(t, test.card, "instant")
			p := open(t, theatre.portal)
			p.wait(`!document.querySelector("#read").disabled && !["connecting", "away"].includes(document.querySelector("#reader").dataset.state) && !document.querySelector("#readerText").textContent.includes("nhận thẻ")`)
			p.give(test.key)
			p.saysRemedy(test.want)
			assert.Equal(t, "key", eval[string](p, `document.activeElement.id`), "the officer can correct at once")
		})
	}
}

func TestNoCardIsSaid(t *testing.T) {
	me := persona.All()[0]
	p := counter(t, me.Name, "instant")
	pull(t)
	p.wait(`document.querySelector("#reader").dataset.state === "empty"`)
	assert.Contains(t, p.text("#readerText"), "đặt thẻ lên đầu đọc")
	p.give(me.Number)
	p.saysRemedy(catalogue.NoCard)
}

// midway starts a slow read and waits until it is well under way.
func midway(t *testing.T) (*page, persona.Persona) {
	me := persona.All()[0]
	p := counter(t, me.Name, "slow")
	p.give(me.Number)
	p.wait(`document.querySelector("#bar").value > 30 && !document.querySelector("#progress").hidden`)
	return p, me
}

func TestACardPulledAwayHalfWay(t *testing.T) {
	p, me := midway(t)
	pull(t)
	p.saysRemedy(catalogue.CardRemoved)

	put(t, me.Name, "instant")
	p.wait(`document.querySelector("#reader").dataset.state === "card"`)
	p.do(chromedp.Click("#retry"))
	require.Equal(t, "genuine", p.result(), "the number is still there to try again")
	assert.Equal(t, expected(me), p.sheet())
}

func TestCancel(t *testing.T) {
	ways := map[string]func(p *page){
		"by the button": func(p *page) { p.do(chromedp.Click("#cancel")) },
		"by Escape":     func(p *page) { p.do(chromedp.KeyEvent(kb.Escape)) },
	}
	for name, cancel := range ways {
		t.Run(name, func(t *testing.T) {
			p, _ := midway(t)
			cancel(p)
			p.saysRemedy(catalogue.Cancelled)
			assert.False(t, p.visible("#cancel"))
			assert.False(t, eval[bool](p, `document.querySelector("#read").disabled`))
		})
	}
}

// The alarm: nothing of a card that failed stays in the form.
func TestFailedIsAnAlarm(t *testing.T) {
	me := persona.All()[0]
	for _, name := range []string{"dg13-changed", "copied-chip", "two-persons"} {
		t.Run(name, func(t *testing.T) {
			p := counter(t, me.Name+"/"+name, "instant")
			p.give(me.Number)
			require.Equal(t, "failed", p.result())
			words := catalogue.OutcomeOf("failed")
			assert.Equal(t, words.What.Vi, p.text("#outcomeTitle"))
			assert.Equal(t, words.Remedy.Vi, p.text("#outcomeRemedy"))
			assert.Equal(t, "alert", eval[string](p, `document.querySelector("#outcome").getAttribute("role")`))
			assert.Equal(t, sheet{}, p.sheet())
			assert.False(t, p.visible("#useAddress"))
			p.saysChecks(name)
		})
	}
}

// Unproven is neutral: no alarm, the reason in words, the form filled.
func TestUnprovenIsNeutral(t *testing.T) {
	me := persona.All()[0]
	for _, name := range []string{"signer-unknown", "no-keys"} {
		t.Run(name, func(t *testing.T) {
			p := counter(t, me.Name+"/"+name, "instant")
			p.give(me.Number)
			require.Equal(t, "unproven", p.result())
			assert.Equal(t, catalogue.OutcomeOf("unproven").What.Vi, p.text("#outcomeTitle"))
			assert.NotEmpty(t, p.text("#outcomeText"))
			assert.Equal(t, "status", eval[string](p, `document.querySelector("#outcome").getAttribute("role")`))
			assert.Equal(t, expected(me), p.sheet())
			p.saysChecks(name)
			assert.Zero(t, eval[int](p, `document.querySelectorAll("#checkList [data-tone=alarm]").length`))
		})
	}
}

// saysChecks compares the nine lines with what the scenario promises.
func (p *page) saysChecks(name string) {
	p.t.Helper()
	s, err := scenario.ByName(name)
	require.NoError(p.t, err)
	assert.True(p.t, p.visible("#checkList"), "open where there is something to see")
	for id, status := range s.Expect.Checks {
		line := `document.querySelector("[data-check=` + string(id) + `]")`
		assert.Equal(p.t, string(status), eval[string](p, line+".dataset.status"), id)
		assert.NotEmpty(p.t, eval[string](p, line+`.querySelector(".check-text").textContent`), id)
		if reason := s.Expect.Reasons[id]; reason != "" {
			assert.Equal(p.t, catalogue.ReasonOf(reason).What.Vi, eval[string](p, line+`.querySelector(".check-text").textContent`), id)
		}
	}
}

// elsewhere serves the page at an origin of its own, told of an agent's address.
func elsewhere(t *testing.T, agent string) string {
	t.Helper()
	var h http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	var err error
	h, err = demo.Portal{Host: strings.TrimPrefix(server.URL, "http://"), Agent: agent}.Handler()
	require.NoError(t, err)
	return server.URL
}

func TestTheAgentIsNotRunning(t *testing.T) {
	nobody, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, nobody.Close())
	p := open(t, "about:blank")
	p.network = true
	p.do(chromedp.Navigate(elsewhere(t, "ws://"+nobody.Addr().String()+"/v1")))
	p.wait(`!document.querySelector("#trouble").hidden`)
	assert.Equal(t, "AGENT_NOT_RUNNING", p.text("#troubleCode"))
	assert.Contains(t, p.text("#troubleRemedy"), "«Đọc thẻ căn cước (chipid)» trong menu")
	assert.True(t, eval[bool](p, `document.querySelector("#read").disabled`))
}

func TestThePageIsNotAdmitted(t *testing.T) {
	p := open(t, "about:blank")
	p.network = true
	p.do(chromedp.Navigate(elsewhere(t, theatre.agent)))
	p.wait(`!document.querySelector("#trouble").hidden`)
	assert.Equal(t, "AGENT_REFUSED_PAGE", p.text("#troubleCode"))
	assert.Contains(t, p.text("#troubleRemedy"), "quản trị viên")
}

// Something that listens and never answers must not look like an agent that is missing.
func TestTheAgentIsSilent(t *testing.T) {
	silent, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	p := open(t, "about:blank")
	p.network = true
	p.do(chromedp.Navigate(elsewhere(t, "ws://"+silent.Addr().String()+"/v1")))
	begin := time.Now()
	p.wait(`!document.querySelector("#trouble").hidden`)
	assert.Equal(t, "AGENT_SILENT", p.text("#troubleCode"))
	assert.Less(t, time.Since(begin), 15*time.Second)
}

// The agent ends in the middle of a read: said so, the form left alone, and
// afterwards the page says that nobody is there.
func TestTheAgentEndsDuringARead(t *testing.T) {
	other, stop, err := startDemo()
	require.NoError(t, err)
	defer stop()
	deskDo(t, other.desk, "link", map[string]string{"link": links["slow"]})
	p := open(t, other.portal)
	p.network = true
	p.wait(`document.querySelector("#reader").dataset.state === "card"`)
	p.give(persona.All()[0].Number)
	p.wait(`document.querySelector("#fullName").closest(".pending")`)
	stop()
	p.wait(`!document.querySelector("#trouble").hidden && document.querySelector("#reader").dataset.state === "away"`)
	assert.Equal(t, sheet{}, p.sheet())
	p.wait(`document.querySelector("#troubleCode").textContent === "AGENT_NOT_RUNNING"`)
}
