//go:build e2e

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/internal/browsertest"
	"chipid/mock-reader/persona"
)

// focused is the id of the element that has the keyboard.
func (p *page) focused() string {
	p.t.Helper()
	return eval[string](p, `document.activeElement.id || document.activeElement.getAttribute("href") || document.activeElement.tagName`)
}

// tab presses the Tab key n times.
func (p *page) tab(n int) {
	p.t.Helper()
	for range n {
		p.do(chromedp.KeyEvent(kb.Tab))
	}
}

// A whole visit without a mouse: read, correct, add a member, switch the language.
func TestKeyboardAlone(t *testing.T) {
	who := persona.All()[0]
	p := counter(t, who.Name, "instant")
	require.Equal(t, "key", p.focused(), "an officer can type or scan at once")
	p.do(chromedp.KeyEvent(who.Number + kb.Enter))
	require.Equal(t, "genuine", p.result())
	assert.Equal(t, expected(who), p.sheet())
	require.Equal(t, "outcome", p.focused(), "the verdict is read out first")

	var order []string
	for range 15 {
		p.tab(1)
		order = append(order, p.focused())
	}
	assert.Equal(t, []string{"useAddress", "SUMMARY", "authority", "fullName", "dateOfBirth", "sexFemale", "personalNumber",
		"phone", "email", "headName", "relation", "headNumber", "request", "addMember", "submit"}, order)

	p.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(kb.ModifierShift)))
	p.do(chromedp.KeyEvent(kb.Enter))
	assert.Equal(t, 1, eval[int](p, `document.querySelector("#members").rows.length`))
	assert.Equal(t, "Họ, chữ đệm và tên, dòng 1", eval[string](p, `document.activeElement.getAttribute("aria-label")`))
	p.tab(5)
	assert.Equal(t, "Xóa dòng, dòng 1", eval[string](p, `document.activeElement.getAttribute("aria-label")`))
	p.do(chromedp.KeyEvent(kb.Enter))
	assert.Equal(t, 0, eval[int](p, `document.querySelector("#members").rows.length`))
	assert.Equal(t, "addMember", p.focused())
}

func TestSkipLinksComeFirst(t *testing.T) {
	p := counter(t, persona.All()[0].Name, "instant")
	eval[bool](p, `(document.activeElement.blur(), true)`)
	p.do(chromedp.Focus(".skip"))
	assert.Equal(t, "#cardPanel", p.focused())
	p.tab(1)
	assert.Equal(t, "#form", p.focused())
	p.do(chromedp.KeyEvent(kb.Enter))
	p.tab(1)
	assert.Equal(t, "authority", p.focused())
}

// The language changes everything that the page and the agent say, and nothing
// that the card says.
func TestLanguages(t *testing.T) {
	who := persona.All()[0]
	p := counter(t, who.Name, "instant")
	p.give(who.Number)
	p.result()
	vietnamese := p.text("body")
	p.do(chromedp.Click("#language"))
	assert.Equal(t, "en", eval[string](p, "document.documentElement.lang"))
	assert.Equal(t, "DECLARATION OF CHANGE OF RESIDENCE INFORMATION", p.text("h1"))
	assert.Equal(t, catalogue.OutcomeOf("genuine").What.En, p.text("#outcomeTitle"))
	assert.Equal(t, "TEST CARD", p.text("#synthetic strong"))
	assert.Equal(t, "from the chip", p.text("#fullName ~ .tag, .from-chip .tag"))
	assert.Equal(t, expected(who), p.sheet())
	// What is left of Vietnamese is the card's, the State's motto, and names.
	left := eval[[]string](p, `(() => {
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const left = [];
		for (let n; (n = walk.nextNode());) {
			const e = n.parentElement;
			if (/[ạảãàáâậầấẩẫăắằặẳẵđẹẻẽèéêệềếểễịỉĩìíọỏõòóôộồốổỗơợờớởỡụủũùúưựừứửữỵỷỹỳý]/i.test(n.data) &&
				e.checkVisibility() && !e.closest("[lang=vi], dd")) left.push(n.data.trim());
		}
		return left;
	})()`)
	assert.Equal(t, []string{"One-stop-shop desk · Thử Nghiệm commune"}, left)

	p.give("1")
	p.wait(`!document.querySelector("#trouble").hidden`)
	entry, _ := catalogue.Lookup(catalogue.NumberInvalid)
	assert.Equal(t, entry.Remedy.En, p.text("#troubleRemedy"))
	p.do(chromedp.Click("#language"))
	assert.Equal(t, entry.Remedy.Vi, p.text("#troubleRemedy"))

	p.give(who.Number)
	p.wait(`!document.querySelector("#checks").hidden`)
	assert.Equal(t, vietnamese, p.text("body"), "and back")
}

// Every control has a name, every live region is one, and no text is too faint.
func TestTheFormCanBeHeardAndSeen(t *testing.T) {
	who := persona.All()[0]
	cards := map[string]string{"genuine": who.Number, "dg13-changed": who.Number, "signer-unknown": who.Number, "bac-only": who.Number}
	for name, key := range cards {
		t.Run(name, func(t *testing.T) {
			p := counter(t, who.Name+"/"+name, "instant")
			p.give(key)
			p.wait(`document.querySelector("#progress").hidden && (!document.querySelector("#trouble").hidden || !document.querySelector("#checks").hidden)`)
			p.do(chromedp.Click("#addMember"))
			p.wait(`document.getAnimations().every((a) => a.playState === "finished")`)
			seen := browsertest.Page{T: p.t, Ctx: p.ctx}
			assert.Empty(t, seen.Nameless())
			assert.Empty(t, seen.Small(".skip, [type=radio]"), "too small to hit")
			assert.Empty(t, seen.Faint(".skip, datalist, option"), "contrast below 4.5:1")
		})
	}
}

// On a telephone's width nothing is cut off and nothing scrolls sideways.
func TestANarrowScreen(t *testing.T) {
	who := persona.All()[1] // the longest names
	p := counter(t, who.Name, "instant")
	p.give(who.Number)
	p.result()
	p.do(chromedp.EmulateViewport(360, 740), chromedp.Click("#addMember"))
	assert.LessOrEqual(t, eval[int](p, "document.documentElement.scrollWidth"), 360)
}
