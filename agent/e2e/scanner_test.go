//go:build e2e

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

// telex and vni are how a scanner that types plain letters through a Vietnamese
// keyboard comes out, or one that types the keys of such a keyboard where there
// is none: marks become letters or digits after their syllable.
var (
	telex = strings.NewReplacer("ễ", "eex", "ị", "ij", "ẫ", "aax", "ữ", "uwx", "ố", "oos", "ã", "ax", "ộ", "ooj", "ư", "uw", "ờ", "owf", "đ", "dd", "Đ", "DD", "ệ", "eej", "ấ", "aas", "ả", "ar", "á", "as", "à", "af", "ạ", "aj", "ử", "uwr", "ế", "ees", "ơ", "ow", "ô", "oo", "ê", "ee", "â", "aa", "ă", "aw")
	vni   = strings.NewReplacer("ễ", "e64", "ị", "i5", "ẫ", "a64", "ữ", "u74", "ố", "o61", "ã", "a4", "ộ", "o65", "ư", "u7", "ờ", "o72", "đ", "d9", "Đ", "D9", "ệ", "e65", "ấ", "a61", "ả", "a3", "á", "a1", "à", "a2", "ạ", "a5", "ử", "u73", "ế", "e61", "ơ", "o7", "ô", "o6", "ê", "e6", "â", "a6", "ă", "a8")
)

// lost is a text whose letters outside ASCII a scanner has dropped.
func lost(text string) string { return regexp.MustCompile(`[^ -~]`).ReplaceAllString(text, "") }

// How a QR comes out of scanners: the chip speaks only BAC, so that the dates in
// the text must have come through as well as the number.
func TestScanners(t *testing.T) {
	who, err := persona.ByName("mau")
	require.NoError(t, err)
	qr := who.QR()
	texts := map[string]string{"plain": qr, "Telex": telex.Replace(qr), "VNI": vni.Replace(qr), "letters lost": lost(qr),
		"another divider": strings.ReplaceAll(qr, "|", "~"), "the scanner's prefix": "]Q1" + qr}
	for name, text := range texts {
		if name != "plain" {
			require.NotEqual(t, qr, text, name)
		}
	}
	p := counter(t, who.Name+"/bac-only", "instant")
	for name, text := range texts {
		for ending, key := range map[string]string{"CR": "\r", "LF": "\n", "Tab": "\t"} {
			t.Run(name+", "+ending, func(t *testing.T) {
				at := p.t
				p.t = t
				defer func() { p.t = at }()
				p.do(chromedp.Click("#clear"))
				p.set("key", "")
				p.do(chromedp.SendKeys("#key", text+key))
				p.result()
				assert.Equal(t, expected(who), p.sheet())
			})
		}
	}
}

// A person's Tab after twelve digits goes on to the next control and reads nothing.
func TestAPersonsTabIsNoScanners(t *testing.T) {
	who := persona.All()[0]
	p := counter(t, who.Name, "instant")
	p.set("key", "")
	p.do(chromedp.SendKeys("#key", who.Number+"\t"))
	assert.Equal(t, "target", p.focused())
	assert.Equal(t, who.Number, p.value("key"))
	assert.False(t, p.visible("#progress"))
	assert.False(t, p.visible("#result"))
}

// port stands for a scanner on a serial port: what a browser gives a page that
// reads it (Web Serial API), in pieces that end anywhere.
const port = `Object.defineProperty(navigator, "serial", { value: { requestPort: async () => {
	const bytes = new TextEncoder().encode(%q);
	return {
		open: async ({ baudRate }) => { if (baudRate !== 9600) throw new Error("baud"); },
		close: async () => { window.scannerClosed = true; },
		readable: new ReadableStream({ start(c) {
			for (let i = 0; i < bytes.length; i += 7) c.enqueue(bytes.slice(i, i + 7));
			window.unplug = () => c.close();
		} }),
	};
} } });`

func TestASerialScanner(t *testing.T) {
	who, err := persona.ByName("mau")
	require.NoError(t, err)
	for ending, end := range map[string]string{"CR": "\r", "LF": "\n", "CR LF": "\r\n", "Tab": "\t"} {
		t.Run(ending, func(t *testing.T) {
			p := counter(t, who.Name+"/bac-only", "instant")
			require.True(t, p.visible("#serial"), "this browser has serial ports")
			eval[bool](p, fmt.Sprintf("(() => {"+port+" return true; })()", who.QR()+end))
			p.do(chromedp.Click("#serial"))
			p.result()
			assert.Equal(t, expected(who), p.sheet())
			assert.False(t, p.visible("#serial"), "it is connected")
			eval[bool](p, "(window.unplug(), true)")
			p.wait(`window.scannerClosed && !document.querySelector("#serial").hidden`)
		})
	}
}
