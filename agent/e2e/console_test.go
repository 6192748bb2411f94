//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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

// counterAgent is an agent that serves mock readers, as a process of its own.
type counterAgent struct {
	t              *testing.T
	state, address string
	// home is where the configuration of its user lies.
	home string
	// desk is the page of its mock cards, with --desk.
	desk string
	cmd  *exec.Cmd
}

// startAgent starts one with a state folder of its own.
func startAgent(t *testing.T, more ...string) *counterAgent {
	t.Helper()
	a := &counterAgent{t: t, state: t.TempDir(), home: t.TempDir()}
	a.start(more...)
	return a
}

// start starts the program in the agent's folders.
func (a *counterAgent) start(more ...string) {
	t := a.t
	t.Helper()
	who := persona.All()
	args := append([]string{"serve", "--mock", "--port", "0", "--state", a.state, "--mock-card", who[0].Name, "--mock-card", who[1].Name}, more...)
	cmd := exec.Command(theatre.program, args...)
	cmd.Env = a.env()
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	a.cmd = cmd
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	said := bufio.NewScanner(out)
	require.True(t, said.Scan(), said.Err())
	a.address = regexp.MustCompile(`ws://\S+`).FindString(said.Text())
	require.NotEmpty(t, a.address, said.Text())
	for slices.Contains(more, "--desk") && a.desk == "" {
		require.True(t, said.Scan(), said.Err())
		_, a.desk, _ = strings.Cut(said.Text(), "desk: ")
	}
}

// stop ends the program as the system does.
func (a *counterAgent) stop() {
	a.t.Helper()
	require.NoError(a.t, a.cmd.Process.Signal(os.Interrupt))
	_ = a.cmd.Wait()
}

// env is that of a user of its own.
func (a *counterAgent) env() []string { return append(os.Environ(), "XDG_CONFIG_HOME="+a.home) }

// command runs a command of the agent's user and returns what it printed.
func (a *counterAgent) command(args ...string) string {
	a.t.Helper()
	cmd := exec.Command(theatre.program, append(args, "--state", a.state)...)
	cmd.Env = a.env()
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(a.t, err, args)
	return string(out)
}

// link asks for an address of the officer's page.
func (a *counterAgent) link() string {
	a.t.Helper()
	return strings.TrimSpace(a.command("console", "--print"))
}

// console opens the officer's page.
func (a *counterAgent) console() *browsertest.Page {
	a.t.Helper()
	p := browsertest.Open(a.t, theatre.browser, a.link())
	p.Wait(`!document.querySelector("#main").hidden`)
	return p
}

// pairing serves the page that pairs and opens it.
func (a *counterAgent) pairing() (page *browsertest.Page, origin string) {
	a.t.Helper()
	site := httptest.NewServer(http.FileServer(http.Dir("testdata")))
	a.t.Cleanup(site.Close)
	origin = strings.Replace(site.URL, "127.0.0.1", "localhost", 1)
	page = browsertest.Open(a.t, theatre.browser, origin+"/pair.html#"+url.QueryEscape(a.address))
	page.Wait(`document.querySelector("#code").textContent || document.querySelector("#end").textContent`)
	return page, origin
}

// picture writes what the page looks like into the folder CHIPID_PICTURES, for a
// person to look at.
func picture(p *browsertest.Page, name string) {
	p.T.Helper()
	if dir := os.Getenv("CHIPID_PICTURES"); dir != "" {
		require.NoError(p.T, os.WriteFile(filepath.Join(dir, name+".png"), p.Picture(""), 0o600))
	}
}

// accessible asks axe-core and our own measures about a page as it stands.
func accessible(t *testing.T, p *browsertest.Page) {
	t.Helper()
	violations, passed := p.Axe()
	assert.Greater(t, passed, 15, "axe-core has looked")
	for _, v := range violations {
		assert.Fail(t, "axe-core: "+v.ID, "%s (%s): %q", v.Help, v.Impact, v.Nodes)
	}
	assert.Empty(t, p.Nameless())
	assert.Empty(t, p.Small(".skip, [type=checkbox], [type=radio]"))
	assert.Empty(t, p.Faint(".skip"))
}

// axe-core does find what is wrong: three faults planted into the console.
func TestAxeFindsWhatIsPlanted(t *testing.T) {
	p := startAgent(t).console()
	browsertest.Eval[bool](p, `(document.documentElement.removeAttribute("lang"),
		document.querySelector("#main").append(document.createElement("img"), document.createElement("button")), true)`)
	violations, _ := p.Axe()
	var found []string
	for _, v := range violations {
		found = append(found, v.ID)
	}
	for _, id := range []string{"html-has-lang", "button-name", "image-alt"} {
		assert.Contains(t, found, id)
	}
}

func TestPairingInTheConsole(t *testing.T) {
	for _, language := range []string{"vi", "en"} {
		t.Run(language, func(t *testing.T) {
			a := startAgent(t)
			p := a.console()
			if language == "en" {
				p.Do(chromedp.Click("#language"))
			}
			assert.Equal(t, map[string]string{"vi": "Chương trình đọc thẻ", "en": "Card reader"}[language], p.Text("h1"))
			assert.Equal(t, language, browsertest.Eval[string](p, "document.documentElement.lang"))
			assert.Len(t, browsertest.Eval[[]string](p, `[...document.querySelectorAll("#readers li")].map((e) => e.dataset.state)`), 2)
			accessible(t, p)
			picture(p, "console-"+language)

			p.Do(chromedp.Click("#pair"))
			p.Wait(`!document.querySelector("#unpair").hidden`)
			page, origin := a.pairing()
			code := page.Text("#code")
			require.Len(t, code, 8)
			p.Wait(`document.querySelector("form.question")`)
			assert.Equal(t, origin, p.Text(".question .site"))
			assert.Contains(t, p.Text(".question"), "«Một cửa xã Thử Nghiệm»")
			assert.NotContains(t, p.Text("body"), strings.ReplaceAll(code, " ", ""), "the officer must look at the page")
			ticked := browsertest.Eval[[]string](p, `[...document.querySelectorAll(".question input[type=checkbox]:checked")].map((e) => e.name)`)
			assert.Empty(t, ticked, "nothing sensitive is ticked beforehand")
			boxes := browsertest.Eval[[]string](p, `[...document.querySelectorAll(".question .sensitive input")].map((e) => e.name)`)
			assert.Equal(t, []string{"religion", "portrait"}, boxes, "each its own box")
			assert.Equal(t, "day", browsertest.Eval[string](p, `document.querySelector(".question [name=term]:checked").value`))
			accessible(t, p)
			picture(p, "pairing-"+language)

			// A wrong code first, by the keyboard alone.
			p.Do(chromedp.Focus(".question input[type=text]"), chromedp.KeyEvent("0000000"+kb.Enter))
			p.Wait(`document.querySelector(".question .note")?.textContent.includes("2")`)
			p.Do(chromedp.Click(".question [name=portrait]"), chromedp.Focus(".question input[type=text]"), chromedp.KeyEvent(code+kb.Enter))
			page.Wait(`document.querySelector("#end").textContent`)
			assert.Regexp(t, `^granted personalNumber fullName dateOfBirth portrait presence false for day`, page.Text("#end"))
			p.Wait(`document.querySelector("#grants li")`)
			assert.Contains(t, p.Text("#grants"), origin)
			accessible(t, p)
			picture(p, "granted-"+language)

			// Taken back with two presses; the list of the command line agrees.
			assert.Contains(t, a.command("origins", "list", "--json"), origin)
			p.Do(chromedp.Click("#grants button"))
			assert.Contains(t, p.Text("#grants"), origin, "one press does nothing")
			p.Do(chromedp.Click("#grants button"))
			p.Wait(`!document.querySelector("#grants li")`)
			assert.NotContains(t, a.command("origins", "list", "--json"), origin)
			assert.Equal(t, "grantsTitle", p.Focused(), "the keyboard is not lost with the button")
			p.Wait(fmt.Sprintf(`document.querySelector("#said").textContent.includes(%q)`, origin))
			var events []string
			for line := range strings.Lines(a.command("audit", "show", "--json")) {
				var e struct{ Event string }
				require.NoError(t, json.Unmarshal([]byte(line), &e))
				if e.Event != "change" { // of the settings
					events = append(events, e.Event)
				}
			}
			assert.Equal(t, []string{"pairing", "granted", "revoked"}, events)
		})
	}
}

// A page asks, the officer refuses; then nobody may ask any more.
func TestTheOfficerRefusesAPage(t *testing.T) {
	a := startAgent(t)
	p := a.console()
	p.Do(chromedp.Click("#pair"))
	p.Wait(`!document.querySelector("#unpair").hidden`)
	page, _ := a.pairing()
	p.Wait(`document.querySelector("form.question")`)
	p.Do(chromedp.Click(`.question button[type=button]`))
	page.Wait(`document.querySelector("#end").textContent`)
	assert.Equal(t, "PAIRING_DENIED", page.Text("#end"))
	p.Do(chromedp.Click("#unpair"))
	p.Wait(`document.querySelector("#unpair").hidden`)
	other, _ := a.pairing()
	assert.Equal(t, "closed 4403", other.Text("#end"))
}

// The console shows a read that waits and ends it; a verdict without a person's data.
func TestReadsInTheConsole(t *testing.T) {
	const origin = "https://motcua.example.vn"
	a := startAgent(t)
	a.command("origins", "grant", origin, "--fields", "all", "--for", "day")
	p := a.console()
	who := persona.All()[0]
	page := dial(t, a.address, origin)
	go page.read(1, who, "mock:"+who.Name)
	p.Wait(`document.querySelector("#verdicts li[data-code=genuine]")`)
	assert.Contains(t, p.Text("#verdicts"), origin)
	for _, secret := range []string{who.Number, who.FullName} {
		assert.NotContains(t, p.Text("body"), secret)
	}
	assert.Equal(t, "", <-page.ended)

	// The same card again: the officer is asked, and agrees.
	go page.read(2, who, "mock:"+who.Name)
	p.Wait(`document.querySelector("form.question")`)
	assert.Contains(t, p.Text(".question"), origin)
	accessible(t, p)
	picture(p, "again-vi")
	p.Do(chromedp.Click(`.question [type=submit]`))
	assert.Equal(t, "", <-page.ended)

	// A wait for a reader that is not there, ended by the officer.
	go page.read(3, who, "mock:nobody")
	p.Wait(`document.querySelector("#reads progress")`)
	accessible(t, p)
	picture(p, "reading-vi")
	p.Do(chromedp.Click(`#reads button`))
	assert.Equal(t, "OFFICER_REFUSED", <-page.ended)
	p.Wait(`!document.querySelector("#reads progress")`)
	assert.Equal(t, "readsTitle", p.Focused(), "the keyboard is not lost with the button")
}

// The computer is looked at, and each fault has a remedy.
func TestDoctorInTheConsole(t *testing.T) {
	for _, language := range []string{"vi", "en"} {
		t.Run(language, func(t *testing.T) {
			p := startAgent(t).console()
			if language == "en" {
				p.Do(chromedp.Click("#language"))
			}
			p.Do(chromedp.Click("#examine"))
			p.Wait(`document.querySelectorAll("#checks li").length > 5`)
			bare := browsertest.Eval[[]string](p, `[...document.querySelectorAll("#checks :is([data-status=error], [data-status=warning])")].filter((e) => !e.querySelector(".note strong")).map((e) => e.innerText)`)
			assert.Empty(t, bare, "a fault without a remedy")
			accessible(t, p)
			picture(p, "doctor-"+language)
		})
	}
}

// An address is good once, and only from its own page.
func TestTheConsolesAddressIsGoodOnce(t *testing.T) {
	a := startAgent(t)
	link := a.link()
	p := browsertest.Open(t, theatre.browser, link)
	p.Wait(`!document.querySelector("#main").hidden`)
	assert.NotContains(t, browsertest.Eval[string](p, "location.href"), "#", "the ticket does not stay in the address bar")
	assert.Zero(t, browsertest.Eval[int](p, "localStorage.length + sessionStorage.length + document.cookie.length"), "the token is in memory alone")
	second := browsertest.Open(t, theatre.browser, link)
	second.Wait(`!document.querySelector("#away").hidden`)
	assert.False(t, second.Visible("#main"))
	accessible(t, second)
	picture(second, "away-vi")

	// Another page shows it in a frame: the browser shows nothing.
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><title>x</title><link rel="icon" href="data:,"><iframe src="%s"></iframe>`, a.link())
	}))
	defer site.Close()
	framer := browsertest.Open(t, theatre.browser, site.URL)
	framer.Expected = regexp.MustCompile(`403|frame-ancestors 'none'`)
	time.Sleep(500 * time.Millisecond)
	seen := browsertest.Eval[string](framer, `(() => { try { return frames[0].document.body.innerText } catch (e) { return e.name } })()`)
	assert.Equal(t, "SecurityError", seen, "an error page of the browser, which no page may look into")
}

// A narrow window scrolls in one direction alone.
func TestTheConsoleOnANarrowScreen(t *testing.T) {
	a := startAgent(t)
	a.command("origins", "grant", "https://mot-cua-dien-tu-lien-thong.thu-nghiem.example.vn:8443", "--fields", "all", "--for", "always")
	p := a.console()
	p.Do(chromedp.EmulateViewport(360, 740))
	assert.LessOrEqual(t, browsertest.Eval[int](p, "document.documentElement.scrollWidth"), 360)
	picture(p, "narrow-vi")
}
