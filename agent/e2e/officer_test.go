//go:build e2e

package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/browsertest"
	"chipid/mock-reader/persona"
)

// The button of the officer's page changes the language of everything, over the next
// start; it leaves the rest of the configuration alone.
func TestTheLanguageLasts(t *testing.T) {
	a := startAgent(t)
	file := filepath.Join(a.home, "chipid", "config.toml")
	p := a.console()
	p.Do(chromedp.Click("#language"))
	require.Eventually(t, func() bool { b, _ := os.ReadFile(file); return string(b) == "language = \"en\"\n" }, browsertest.Patience, 20*time.Millisecond)
	assert.Contains(t, a.command("trust", "list"), "No root certificate", "commands speak it too")
	other := a.console()
	other.Wait(`document.documentElement.lang === "en"`)
	p.Expected = regexp.MustCompile(`ERR_CONNECTION|WebSocket`)
	other.Expected = p.Expected
	a.stop()
	p.Wait(`!document.querySelector("#awayEnded")?.closest("[hidden]")`)
	assert.Equal(t, "This page is not connected any more", p.Text("#awayTitle"))
	a.start()
	again := a.console()
	assert.Equal(t, "en", browsertest.Eval[string](again, "document.documentElement.lang"))
	assert.Equal(t, "Card reader", again.Text("h1"))
	again.Do(chromedp.Click("#language"))
	require.Eventually(t, func() bool { b, _ := os.ReadFile(file); return string(b) == "language = \"vi\"\n" }, browsertest.Patience, 20*time.Millisecond)
}

// Where something stronger names the language, the button changes the page alone and
// says so.
func TestALanguageThatIsSetElsewhere(t *testing.T) {
	a := startAgent(t, "--lang", "en")
	p := a.console()
	require.Equal(t, "en", browsertest.Eval[string](p, "document.documentElement.lang"))
	p.Do(chromedp.Click("#language"))
	p.Wait(`document.querySelector("#said").textContent.includes("chỉ trang này")`)
	assert.Equal(t, "vi", browsertest.Eval[string](p, "document.documentElement.lang"))
	assert.NoFileExists(t, filepath.Join(a.home, "chipid", "config.toml"))
}

// A reloaded page has no ticket any more: it says why, and how to come back. So does
// one whose agent has ended, at once.
func TestAPageThatIsNotConnectedSaysHowToComeBack(t *testing.T) {
	a := startAgent(t)
	p := a.console()
	p.Do(chromedp.Reload())
	p.Wait(`!document.querySelector("#away").hidden`)
	assert.True(t, p.Visible("#awayUsed"))
	assert.False(t, p.Visible("#awayEnded"))
	assert.Equal(t, "awayTitle", p.Focused(), "screen readers begin there")
	assert.Contains(t, browsertest.Eval[string](p, "document.title"), "Không kết nối")
	accessible(t, p)

	ended := a.console()
	ended.Expected = regexp.MustCompile(`ERR_CONNECTION|WebSocket`)
	a.stop()
	ended.Wait(`!document.querySelector("#away").hidden`)
	assert.True(t, ended.Visible("#awayEnded"))
	assert.False(t, ended.Visible("#main"))
	accessible(t, ended)
	picture(ended, "ended-vi")
}

// An officer's first day: the page says what is still to be done, until it is done.
func TestTheFirstDay(t *testing.T) {
	a := startAgent(t)
	p := a.console()
	done := `[...document.querySelectorAll("#ready li")].map((e) => e.dataset.done).join()`
	assert.Equal(t, "true,true,false", browsertest.Eval[string](p, done), "mock readers and their root are there")
	assert.Contains(t, p.Text("#ready li:last-child"), "Cho trang xin phép trong hai phút")
	accessible(t, p)
	picture(p, "first-vi")
	a.command("origins", "grant", "https://motcua.example.vn", "--fields", "fullName", "--for", "day")
	p.Wait(`document.querySelector("#readyPart").hidden`)
}

// The question on the page: by the keyboard alone, with a wrong code, an unfinished one and
// the other language in between; what was ticked stays, and a page that begins anew finds
// nothing ticked.
func TestTheQuestionByTheKeyboard(t *testing.T) {
	a := startAgent(t)
	p := a.console()
	p.Do(chromedp.Click("#pair"))
	p.Wait(`!document.querySelector("#unpair").hidden`)
	first, _ := a.pairing()
	p.Wait(`document.querySelector("form.question")`)
	p.Wait(`document.querySelector("#said").textContent === "Một trang xin phép đọc thẻ"`)
	code := `document.querySelector(".question input[type=text]")`
	ticked := `[...document.querySelectorAll(".question input:checked")].map((e) => e.name + "=" + e.value).join()`
	p.Do(chromedp.Focus(".question [name=religion]"), chromedp.KeyEvent(" "), chromedp.Focus(".question [value=once]"), chromedp.KeyEvent(" "))

	p.Do(chromedp.Focus(".question input[type=text]"), chromedp.KeyEvent("12345"+kb.Enter))
	assert.Equal(t, "Mã có đúng 7 chữ số.", p.Text(".question [role=alert]"))
	assert.True(t, browsertest.Eval[bool](p, code+` === document.activeElement`))
	p.Do(chromedp.Click("#language"))
	p.Wait(code + `?.value === "12345" && document.querySelector(".question h3").textContent.startsWith("A page")`)
	assert.Equal(t, "religion=on,term=once", browsertest.Eval[string](p, ticked), "the other language changes nothing")

	p.Do(chromedp.Focus(".question input[type=text]"), chromedp.KeyEvent("67"+kb.Enter))
	p.Wait(code + `?.value === "" && document.querySelector(".question .note").textContent.includes("wrong")`)
	assert.Equal(t, "religion=on,term=once", browsertest.Eval[string](p, ticked))
	assert.True(t, browsertest.Eval[bool](p, code+` === document.activeElement`), "the next code can be typed at once")
	p.Wait(`document.querySelector("#said").textContent === "That code was wrong. Look at the page again."`)
	p.Do(chromedp.Click(".question button[type=button]"))
	first.Wait(`document.querySelector("#end").textContent`)
	p.Wait(`!document.querySelector("form.question")`)
	assert.Equal(t, "questionsTitle", p.Focused(), "the keyboard is not lost")
	p.Wait(`document.querySelector("#said").textContent === "The answer was given."`)

	p.Do(chromedp.Click("#unpair"))
	p.Wait(`document.querySelector("#unpair").hidden`)
	p.Do(chromedp.Click("#pair")) // a refused page is not asked about again before
	p.Wait(`!document.querySelector("#unpair").hidden`)
	first.Do(chromedp.Reload())
	p.Wait(`document.querySelector("form.question")`)
	assert.Equal(t, "term=day", browsertest.Eval[string](p, ticked), "the same page that begins anew")
}

// What a page says of itself is words and nothing else, and all of its address is seen.
func TestTheQuestionInTheConsole(t *testing.T) {
	a := startAgent(t)
	p := a.console()
	p.Do(chromedp.EmulateViewport(1024, 768))
	origin := "https://dichvucong.gov.vn." + strings.Repeat("w", 63) + "." + strings.Repeat("m", 63) + ".xn--dchvcng-j0a8e.example.com:65535"
	a.command("origins", "grant", origin, "--fields", "all", "--for", "day")
	who := persona.All()[0]
	page := dial(t, a.address, origin)
	purpose := `<img src=x onerror=alert(1)>` + strings.Repeat("W", 150)
	read := func(id int, purpose string) string {
		return page.call(id, "card.read", `{"fields":["fullName"],"purpose":"`+purpose+`","citizenConsent":true,"key":{"id":"`+who.Number+`"},"reader":"mock:`+who.Name+`"}`)
	}
	require.Empty(t, read(1, "CT01"))
	ended := make(chan string, 1)
	go func() { ended <- read(2, purpose) }()
	p.Wait(`document.querySelector("form.question")`)
	assert.Equal(t, origin, p.Text(".question .site"))
	assert.Contains(t, p.Text(".question .caution"), "xn--")
	assert.Contains(t, p.Text(".question"), purpose)
	assert.Zero(t, browsertest.Eval[int](p, `document.querySelectorAll(".question img").length`))
	assert.LessOrEqual(t, browsertest.Eval[int](p, "document.documentElement.scrollWidth"), 1024)
	assert.Equal(t, origin, browsertest.Eval[string](p, `((e) => e.scrollWidth <= e.clientWidth ? e.textContent : "cut off")(document.querySelector(".question .site"))`))
	accessible(t, p)
	picture(p, "stranger-vi")
	p.Do(chromedp.Click(".question button[type=button]"))
	assert.Equal(t, "OFFICER_REFUSED", <-ended)
}

// A read that runs: what is being done and how far it is, and a button that ends it.
func TestTheRunningReadInTheConsole(t *testing.T) {
	const origin = "https://motcua.example.vn"
	who := persona.All()[0]
	a := startAgent(t, "--desk", "0")
	a.command("origins", "grant", origin, "--fields", "all", "--for", "day")
	deskDo(t, a.desk, "link", map[string]string{"link": links["slow"], "reader": "mock:" + who.Name})
	p := a.console()
	page := dial(t, a.address, origin)
	go page.read(1, who, "mock:"+who.Name)
	bar := `document.querySelector("#reads progress")?.value`
	p.Wait(bar + " > 0")
	began := browsertest.Eval[int](p, bar)
	p.Wait(fmt.Sprintf("%s > %d", bar, began+9))
	stage := p.Text("#reads p[id^=stage]")
	assert.NotEmpty(t, stage)
	assert.Equal(t, stage, browsertest.Eval[string](p, `document.getElementById(document.querySelector("#reads progress").getAttribute("aria-labelledby")).textContent`))
	assert.Equal(t, "đang đọc", p.Text("#readers li p:last-child"))
	p.Do(chromedp.Click("#reads button"))
	assert.Equal(t, "OFFICER_REFUSED", <-page.ended)
	p.Wait(`document.querySelector("#verdicts li[data-code=OFFICER_REFUSED]")`)
}

// Another page that asks in vain is shown, and the officer gives it the turn.
func TestTheOfficerChoosesAnotherPage(t *testing.T) {
	const first, second = "https://motcua.example.vn", "https://hotich.example.vn"
	who := persona.All()[0]
	reader := "mock:" + who.Name
	a := startAgent(t, "--desk", "0")
	deskDo(t, a.desk, "remove", map[string]string{"reader": reader})
	for _, origin := range []string{first, second} {
		a.command("origins", "grant", origin, "--fields", "fullName,portrait", "--for", "day")
	}
	p := a.console()
	waits, asks := dial(t, a.address, first), dial(t, a.address, second)
	go waits.read(1, who, reader)
	p.Wait(`document.querySelector("#reads progress")`)
	asks.read(1, who, reader)
	require.Equal(t, "BUSY", <-asks.ended)
	p.Wait(`document.querySelector("#asking li")`)
	assert.Contains(t, p.Text("#asking"), second)
	accessible(t, p)
	p.Do(chromedp.Click("#asking button"))
	assert.Equal(t, "ANOTHER_PAGE_CHOSEN", <-waits.ended)
	go asks.read(2, who, reader)
	p.Wait(`document.querySelector("#reads")?.textContent.includes("hotich")`)
	deskDo(t, a.desk, "insert", map[string]string{"reader": reader, "card": who.Name})
	assert.Empty(t, <-asks.ended)
}

// The file for the support comes out of the page as the command makes it, without the
// names of this user's folders.
func TestTheFileForSupport(t *testing.T) {
	a := startAgent(t)
	p := a.console()
	browsertest.Eval[bool](p, `(URL.createObjectURL = (blob) => {
		blob.arrayBuffer().then((b) => { window.saved = btoa(String.fromCharCode(...new Uint8Array(b))) });
		return "blob:";
	}, HTMLAnchorElement.prototype.click = function () { window.named = this.download }, true)`)
	p.Do(chromedp.Click("#support"))
	p.Wait(`window.saved && document.querySelector("#said").textContent.includes(window.named)`)
	assert.Regexp(t, `^chipid-\d{4}-\d\d-\d\d\.zip$`, browsertest.Eval[string](p, "window.named"))
	assert.Equal(t, "support", p.Focused())
	b, err := base64.StdEncoding.DecodeString(browsertest.Eval[string](p, "window.saved"))
	require.NoError(t, err)
	archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
		r, err := f.Open()
		require.NoError(t, err)
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.NotContains(t, string(b), a.home)
	}
	assert.Equal(t, []string{"doctor.vi.json", "doctor.en.json", "settings.json"}, names)
}

// In English nothing is left of Vietnamese, whatever the page shows.
func TestTheConsoleInEnglish(t *testing.T) {
	a := startAgent(t, "--lang", "en")
	p := a.console()
	p.Do(chromedp.Click("#examine"), chromedp.Click("#pair"))
	p.Wait(`document.querySelectorAll("#checks li").length > 5 && !document.querySelector("#unpair").hidden`)
	a.pairing()
	p.Wait(`document.querySelector("form.question")`)
	a.command("origins", "grant", "https://motcua.example.vn", "--fields", "all", "--for", "day", "--presence")
	page := dial(t, a.address, "https://motcua.example.vn")
	go page.read(1, persona.All()[0], "mock:nobody")
	p.Wait(`document.querySelector("#reads button")`)
	p.Do(chromedp.Click("#reads button"))
	<-page.ended
	left := browsertest.Eval[[]string](p, `(() => {
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const left = [];
		for (let n; (n = walk.nextNode());) {
			if (/[à-ỹăđơư]/i.test(n.data) && n.parentElement.checkVisibility() && !n.parentElement.closest("[lang=vi]") && !n.data.includes("«")) left.push(n.data.trim());
		}
		for (const e of document.querySelectorAll("[aria-label]")) if (/[à-ỹăđơư]/i.test(e.ariaLabel)) left.push(e.ariaLabel);
		return left;
	})()`)
	assert.Empty(t, left)
}
