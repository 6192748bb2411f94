//go:build e2e

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// The way a visitor goes: put a card in at the desk's page, see its number, copy
// it, and paste it into the form on the other page.
func TestFromTheDeskToTheForm(t *testing.T) {
	who := persona.All()[3]
	pull(t)
	desk := open(t, theatre.desk)
	desk.wait(`document.querySelectorAll("#cards li").length > 0 && document.querySelector("#remove").disabled`)
	line := `#cards li[data-persona="` + who.Name + `"] `
	assert.Equal(t, who.Number, desk.text(line+".number"))
	desk.set("link", "instant")
	desk.do(chromedp.Click(line + ".insert"))
	desk.wait(`document.querySelector("#now").textContent.includes("` + who.FullName + `")`)

	p := open(t, theatre.portal)
	p.wait(`document.querySelector("#reader").dataset.state === "card"`)
	assert.NotContains(t, p.text("body"), who.Number, "the page cannot know it")
	p.give(desk.text(line + ".number"))
	require.Equal(t, "genuine", p.result())
	assert.Equal(t, expected(who), p.sheet())
	desk.wait(`document.querySelectorAll("#lines li").length > 20`)
	assert.Contains(t, desk.text("#lines"), "DG13 (thông tin công dân)", "what the agent asked the chip")

	desk.do(chromedp.Click("#remove"))
	p.wait(`document.querySelector("#reader").dataset.state === "empty"`)
	desk.do(chromedp.Click("#foreign"))
	p.wait(`document.querySelector("#readerText").textContent.includes("không phải thẻ căn cước")`)
	desk.do(chromedp.Click("#language"))
	assert.Equal(t, "Test reader", desk.text("h1"))
	assert.Equal(t, "A foreign card (signing token)", desk.text("#now"))
}
