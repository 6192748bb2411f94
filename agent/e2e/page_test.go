//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patience is how long a page may take for anything.
const patience = 60 * time.Second

// page is one tab.
type page struct {
	t   *testing.T
	ctx context.Context

	mu      sync.Mutex
	console []string
	// network allows failed connections on the console: Chromium itself writes them.
	network bool
}

// open opens an address in a tab of its own; at the end of the test its console
// must be clean.
func open(t *testing.T, address string) *page {
	t.Helper()
	return openIn(t, theatre.browser, address)
}

// ofNetwork is what Chromium itself writes of connections that fail or are kept from
// a page.
var ofNetwork = regexp.MustCompile(`WebSocket connection to|has been blocked|Refused to connect`)

// openIn opens an address in a tab of a certain browser.
func openIn(t *testing.T, browser context.Context, address string) *page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	ctx, cancelTimeout := context.WithTimeout(ctx, 5*time.Minute)
	p := &page{t: t, ctx: ctx}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if p.network && (m.Source == "network" || ofNetwork.MatchString(m.Text)) {
				continue
			}
			p.mu.Lock()
			p.console = append(p.console, m.String())
			p.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		p.mu.Lock()
		assert.Empty(t, p.console, "the page wrote to the console")
		p.mu.Unlock()
		cancelTimeout()
		cancel()
	})
	p.do(chromedp.EmulateViewport(1366, 1000), chromedp.Navigate(address))
	return p
}

// counter opens the CT01 page with a card in the reader and waits until it sees it.
func counter(t *testing.T, card, speed string) *page {
	t.Helper()
	put(t, card, speed)
	p := open(t, theatre.portal)
	p.wait(`document.querySelector("#reader").dataset.state === "card"`)
	return p
}

func (p *page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, actions...))
}

// eval returns what an expression gives in the page.
func eval[T any](p *page, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	require.NoError(p.t, err, expression)
	return v
}

// wait waits until an expression holds. (chromedp's own Poll makes functions of
// text, which the page's content security policy forbids.)
func (p *page) wait(expression string) {
	p.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if eval[bool](p, "Boolean("+expression+")") {
			return
		}
	}
	require.Fail(p.t, "never true: "+expression, "the page shows:\n%s", eval[string](p, "document.body.innerText"))
}

// text is what a person sees of an element.
func (p *page) text(selector string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf("document.querySelector(%q).innerText.trim()", selector))
}

// value is what stands in an input.
func (p *page) value(id string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf("document.getElementById(%q).value", id))
}

func (p *page) visible(selector string) bool {
	p.t.Helper()
	return eval[bool](p, fmt.Sprintf("document.querySelector(%q).checkVisibility()", selector))
}

// give types or scans a key and ends it with Enter, as an officer and a
// keyboard-wedge scanner do.
func (p *page) give(key string) {
	p.t.Helper()
	p.set("key", "")
	p.do(chromedp.SendKeys("#key", key+kb.Enter))
}

// set puts a value into an input as its being chosen or typed does.
func (p *page) set(id, value string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`((e) => { e.value = %q; return e.dispatchEvent(new Event("change")); })(document.getElementById(%q))`, value, id))
}

// result waits for the end of a read that succeeds, and returns its outcome.
func (p *page) result() string {
	p.t.Helper()
	p.wait(`document.querySelector("#outcome").checkVisibility() && document.querySelector("#outcome").dataset.outcome !== "pending" && document.querySelector("#progress").hidden || !document.querySelector("#trouble").hidden`)
	require.False(p.t, p.visible("#trouble"), "a trouble: %s", p.textIf("#trouble"))
	return eval[string](p, `document.querySelector("#outcome").dataset.outcome`)
}

func (p *page) textIf(selector string) string {
	return eval[string](p, fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector))
}

// trouble waits for a read that ends with an error, and returns its code.
func (p *page) trouble() string {
	p.t.Helper()
	p.wait(`document.querySelector("#progress").hidden && !document.querySelector("#trouble").hidden || !document.querySelector("#checks").hidden && document.querySelector("#checks").checkVisibility()`)
	require.True(p.t, p.visible("#trouble"), "no trouble, but: %s", p.textIf("#cardPanel"))
	return eval[string](p, `document.querySelector("#troubleCode").textContent.split(" ")[0]`)
}

// sheet is the card's part of the form.
type sheet struct{ FullName, DateOfBirth, Sex, PersonalNumber string }

func (p *page) sheet() sheet {
	p.t.Helper()
	return sheet{p.value("fullName"), p.value("dateOfBirth"),
		eval[string](p, `document.querySelector("[name=sex]:checked")?.value ?? ""`), p.value("personalNumber")}
}
