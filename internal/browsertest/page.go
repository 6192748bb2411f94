package browsertest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Patience is how long a page may take for anything.
const Patience = 20 * time.Second

// pageLimit bounds the life of a tab.
const pageLimit = 2 * time.Minute

// Page is one tab.
type Page struct {
	T   testing.TB
	Ctx context.Context

	// Network allows failed connections on the console: Chromium itself writes them.
	Network bool
	// Expected matches what a test makes the browser complain of; nil for nothing.
	Expected *regexp.Regexp

	mu      sync.Mutex
	console []string
}

// Open opens an address in a tab of its own; at the end of the test its console
// must be clean.
func Open(t testing.TB, browser context.Context, address string) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	ctx, cancelTimeout := context.WithTimeout(ctx, pageLimit)
	p := &Page{T: t, Ctx: ctx}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if p.Network && (m.Source == "network" || strings.Contains(m.Text, "WebSocket connection to")) {
				continue
			}
			p.mu.Lock()
			p.console = append(p.console, m.String())
			p.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		unexpected := slices.DeleteFunc(p.console, func(m string) bool { return p.Expected != nil && p.Expected.MatchString(m) })
		if len(unexpected) > 0 {
			t.Errorf("the page wrote to the console: %q", unexpected)
		}
		cancelTimeout()
		cancel()
	})
	p.Do(chromedp.EmulateViewport(1366, 1000), chromedp.Navigate(address))
	return p
}

// Do carries out actions.
func (p *Page) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.T.Helper()
	if err := chromedp.Do(p.Ctx, actions...); err != nil {
		p.T.Fatal(err)
	}
}

// Eval returns what an expression gives in the page.
func Eval[T any](p *Page, expression string) T {
	p.T.Helper()
	v, err := chromedp.Run(p.Ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.T.Fatalf("%s: %v", expression, err)
	}
	return v
}

// Wait waits until an expression holds. (chromedp's own Poll makes functions of
// text, which a strict content security policy forbids.)
func (p *Page) Wait(expression string) {
	p.T.Helper()
	for end := time.Now().Add(Patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if Eval[bool](p, "Boolean("+expression+")") {
			return
		}
	}
	p.T.Fatalf("never true: %s\nthe page shows:\n%s", expression, Eval[string](p, "document.body.innerText"))
}

// Text is what a person sees of an element, "" if there is none.
func (p *Page) Text(selector string) string {
	p.T.Helper()
	return Eval[string](p, fmt.Sprintf("(document.querySelector(%q)?.innerText ?? '').trim()", selector))
}

// Visible tells whether a person sees an element.
func (p *Page) Visible(selector string) bool {
	p.T.Helper()
	return Eval[bool](p, fmt.Sprintf("Boolean(document.querySelector(%q)?.checkVisibility())", selector))
}

// Set puts a value into an input as its being chosen or typed does.
func (p *Page) Set(id, value string) {
	p.T.Helper()
	Eval[bool](p, fmt.Sprintf(`((e) => { e.value = %q; e.dispatchEvent(new Event("input")); return e.dispatchEvent(new Event("change")); })(document.getElementById(%q))`, value, id))
}

// Focused is the id of the element that has the keyboard.
func (p *Page) Focused() string {
	p.T.Helper()
	return Eval[string](p, `document.activeElement.id || document.activeElement.getAttribute("href") || document.activeElement.tagName`)
}

// Picture takes a picture of the whole page or, if part is not empty, of that
// element, as PNG and as small as Go can write it.
func (p *Page) Picture(part string) []byte {
	p.T.Helper()
	whole, err := chromedp.Run(p.Ctx, chromedp.FullScreenshot(100))
	return p.cut(whole, err, part)
}

// View is a picture of what fits the window.
func (p *Page) View() []byte {
	p.T.Helper()
	seen, err := chromedp.Run(p.Ctx, chromedp.CaptureScreenshot())
	return p.cut(seen, err, "")
}

// cut keeps one element of a picture, all of it for "".
func (p *Page) cut(whole []byte, err error, part string) []byte {
	p.T.Helper()
	if err != nil {
		p.T.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(whole))
	if err != nil {
		p.T.Fatal(err)
	}
	if part != "" {
		r := Eval[[4]float64](p, `((r) => [r.left + scrollX, r.top + scrollY, r.right + scrollX, r.bottom + scrollY])(document.querySelector("`+part+`").getBoundingClientRect())`)
		img = img.(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(image.Rect(int(r[0]), int(r[1]), int(r[2])+1, int(r[3])+1))
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, img); err != nil {
		p.T.Fatal(err)
	}
	return out.Bytes()
}
