//go:build e2e

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// TestEffortOfTwentyCitizensInThePage counts what the officer presses, as the browser
// sees it, while twenty citizens come one after the other: their card is put on, the
// scanner types its QR, and a click makes the form empty for the next. What the agent
// asks meanwhile is counted in agent's TestEffortOfTwentyCitizens.
func TestEffortOfTwentyCitizensInThePage(t *testing.T) {
	people := persona.All()[:2]
	p := counter(t, people[0].Name, "instant")
	// The Enter of a scanner makes a click of its own on the button that sends; it has no detail.
	eval[bool](p, `(() => { window.clicks = 0; addEventListener("click", (e) => { if (e.isTrusted && e.detail > 0) window.clicks++; }, true); return true; })()`)
	require.Equal(t, "key", p.focused(), "the scanner's text goes to the key from the start")
	for i := range 20 {
		who := people[i%len(people)]
		put(t, who.Name, "instant")
		p.do(chromedp.SendKeys("#key", who.QR()+kb.Enter))
		require.Equal(t, "genuine", p.result())
		require.Equal(t, expected(who), p.sheet())
		p.do(chromedp.Click("#clear"))
		require.Equal(t, "key", p.focused())
	}
	assert.Equal(t, 20, eval[int](p, "window.clicks"), "one for each citizen")
}
