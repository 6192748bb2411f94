//go:build e2e

package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// The office accepts the form of a read card once, not that of a typed one, and
// not with another's number in it.
func TestTheOfficeAcceptsTheFormWithEvidence(t *testing.T) {
	who, err := persona.ByName("mau")
	require.NoError(t, err)
	p := counter(t, who.Name, "instant")
	p.do(chromedp.Click("#submit"))
	p.wait(`document.querySelector("#formStatus").textContent.includes("Chưa có bằng chứng")`)

	p.give(who.Number)
	require.Equal(t, "genuine", p.result())
	p.do(chromedp.Click("#submit"))
	p.wait(`document.querySelector("#formStatus").textContent.includes("CT01-")`)
	p.do(chromedp.Click("#submit"))
	p.wait(`document.querySelector("#formStatus").textContent.includes("Chưa có bằng chứng")`)

	p.give(who.Number)
	require.Equal(t, "genuine", p.result())
	p.set("personalNumber", "000190000019")
	p.do(chromedp.Click("#submit"))
	p.wait(`document.querySelector("#formStatus").textContent.includes("FORM_DIFFERS")`)
	assert.NotContains(t, p.text("#formStatus"), "CT01-")
}
