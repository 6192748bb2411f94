//go:build e2e

package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// expected is what the persona's card must make of the form.
func expected(p persona.Persona) sheet {
	sex := "male"
	if p.Sex == persona.Female {
		sex = "female"
	}
	return sheet{p.FullName, p.Birth.Printed(), sex, p.Number}
}

// One click, for every persona: each value in the form is compared with what the
// persona is, diacritics and all.
func TestTheFormIsFilled(t *testing.T) {
	for _, who := range persona.All() {
		t.Run(who.Name, func(t *testing.T) {
			p := counter(t, who.Name, "instant")
			p.give(who.Number)
			require.Equal(t, "genuine", p.result())
			assert.Equal(t, expected(who), p.sheet())
			assert.Empty(t, p.value("headName"), "nothing else is filled")
			assert.Empty(t, p.value("key"), "the key is gone")

			assert.Equal(t, who.FullName, p.text("#factName"))
			assert.Equal(t, who.Number, p.text("#factNumber"))
			assert.Equal(t, who.Issued.Printed(), p.text("#factIssued"))
			assert.Equal(t, who.ExpiryText(), p.text("#factExpires"))
			assert.Equal(t, who.Residence, p.text("#factAddress"))
			assert.Contains(t, p.text("#factAddressLabel"), "theo thẻ, tại ngày cấp")
			assert.Equal(t, placeOfIssue(who), p.text("#factPlace"))
			assert.True(t, p.visible("#synthetic"))
			assert.Contains(t, p.text("#synthetic"), "THẺ THỬ NGHIỆM")
			drawn, err := who.Portrait()
			require.NoError(t, err)
			p.wait(`document.querySelector("#portrait").complete`)
			assert.Equal(t, drawn.Width, eval[int](p, `document.querySelector("#portrait").naturalWidth`))
			assert.Equal(t, 9, eval[int](p, `document.querySelectorAll("#checkList li").length`))
			assert.Equal(t, 4, eval[int](p, `document.querySelectorAll("#ct01 .from-chip").length`))
		})
	}
}

// placeOfIssue is not on the chip: it follows from the date.
func placeOfIssue(p persona.Persona) string {
	if p.Issued.ISO() < "2024-07-01" {
		return "Cục trưởng Cục Cảnh sát quản lý hành chính về trật tự xã hội"
	}
	return "Bộ Công an"
}

func TestAScannedQRFillsTheForm(t *testing.T) {
	who, err := persona.ByName("can-cuoc-2024")
	require.NoError(t, err)
	p := counter(t, who.Name+"/bac-only", "instant")
	p.give(who.QR() + kb.Enter) // some scanners end with two: the second must not cancel
	p.result()
	assert.Equal(t, expected(who), p.sheet())
}

// A box of one line takes the three lines of the MRZ without their ends.
func TestThePastedMRZFillsTheForm(t *testing.T) {
	who, err := persona.ByName("mau")
	require.NoError(t, err)
	p := counter(t, who.Name+"/bac-only", "instant")
	p.give(strings.ReplaceAll(who.MRZ(), "\n", ""))
	p.result()
	assert.Equal(t, expected(who), p.sheet())
}

func TestTheCardOfTheHeadAndOfAMember(t *testing.T) {
	head, err := persona.ByName("cao-tuoi")
	require.NoError(t, err)
	p := counter(t, head.Name, "instant")
	p.set("target", "head")
	p.give(head.Number)
	require.Equal(t, "genuine", p.result())
	assert.Equal(t, sheet{}, p.sheet())
	assert.Equal(t, head.FullName, p.value("headName"))
	assert.Equal(t, head.Number, p.value("headNumber"))
	assert.False(t, p.visible("#portraitBox"), "not asked for")
	assert.False(t, p.visible("#factAddress"), "not asked for")

	member, err := persona.ByName("tre-em")
	require.NoError(t, err)
	put(t, member.Name, "instant")
	p.set("target", "member")
	p.give(member.Number)
	p.wait(`document.querySelector("#factName").textContent === "` + member.FullName + `" && !document.querySelector("#checks").hidden`)
	row := eval[[]string](p, `[...document.querySelectorAll("#members tr td input, #members tr td select")].map((e) => e.value)`)
	assert.Equal(t, []string{member.FullName, member.Birth.Printed(), "male", member.Number, ""}, row)
	assert.Equal(t, head.FullName, p.value("headName"))
}

// What a person has typed stays if the read does not end well, and what is
// corrected by hand no longer says that it is from the chip.
func TestTypedValuesAreRespected(t *testing.T) {
	who := persona.All()[0]
	p := counter(t, who.Name+"/dg13-changed", "instant")
	p.do(chromedp.SendKeys("#fullName", "Người Khai Tay"), chromedp.SendKeys("#phone", "0000000000"))
	p.give(who.Number)
	require.Equal(t, "failed", p.result())
	assert.Equal(t, sheet{FullName: "Người Khai Tay"}, p.sheet())

	put(t, who.Name, "instant")
	p.give(who.Number)
	p.wait(`document.querySelector("#outcome").dataset.outcome === "genuine"`)
	assert.Equal(t, expected(who), p.sheet())
	assert.Equal(t, "0000000000", p.value("phone"))
	p.do(chromedp.SendKeys("#fullName", "!"))
	assert.False(t, eval[bool](p, `Boolean(document.querySelector("#fullName").closest(".from-chip"))`))
	assert.True(t, eval[bool](p, `Boolean(document.querySelector("#personalNumber").closest(".from-chip"))`))
}

// Over a link of real speed the text stands in the form, marked as unchecked,
// before the portrait has come.
func TestTextComesBeforeThePortrait(t *testing.T) {
	who := persona.All()[0]
	p := counter(t, who.Name, "slow")
	p.give(who.Number)
	p.wait(`document.querySelector("#fullName").closest(".pending")`)
	assert.Equal(t, who.FullName, p.value("fullName"))
	assert.Equal(t, "pending", eval[string](p, `document.querySelector("#outcome").dataset.outcome`))
	assert.False(t, p.visible("#portrait"))
	assert.True(t, p.visible("#progress"))
	require.Equal(t, "genuine", p.result())
	assert.True(t, p.visible("#portrait"))
	assert.Zero(t, eval[int](p, `document.querySelectorAll("#ct01 .pending").length`))
}

func TestANewFormForgetsEverything(t *testing.T) {
	who := persona.All()[0]
	p := counter(t, who.Name, "instant")
	p.give(who.Number)
	p.result()
	p.do(chromedp.Click("#clear"))
	assert.Equal(t, sheet{}, p.sheet())
	assert.False(t, p.visible("#result"))
	assert.NotContains(t, eval[string](p, `document.documentElement.outerHTML`), who.FullName)
	assert.Equal(t, "key", eval[string](p, `document.activeElement.id`))
}

// The sheet goes on one page of paper, to be signed.
func TestThePrintedSheet(t *testing.T) {
	who := persona.All()[1] // the longest names
	p := counter(t, who.Name, "instant")
	p.give(who.Number)
	p.result()
	p.do(chromedp.Click("#useAddress"), chromedp.Click("#addMember"), chromedp.Click("#addMember"))
	assert.Equal(t, who.Residence, p.value("request"))
	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	require.NoError(t, err)
	assert.Len(t, regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1), 1)
}
