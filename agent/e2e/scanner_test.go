//go:build e2e

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"chipid/mock-reader/persona"
)

// keyboard is how a Vietnamese way of typing writes the marks of a letter: after the
// letter, or (late) the tone at the end of the syllable.
type keyboard struct {
	marks map[rune]string
	// twice: a circumflex is the letter once more; dd is đ.
	twice bool
	dd    string
	late  bool
}

// The marks of Vietnamese letters (Unicode, decomposed), and how Telex and VNI write them.
var (
	telex = keyboard{map[rune]string{'\u0306': "w", '\u031b': "w", '\u0300': "f", '\u0301': "s", '\u0309': "r", '\u0303': "x", '\u0323': "j"}, true, "d", false}
	vni   = keyboard{map[rune]string{'\u0302': "6", '\u0306': "8", '\u031b': "7", '\u0301': "1", '\u0300': "2", '\u0309': "3", '\u0303': "4", '\u0323': "5"}, false, "9", false}
)

const tones = "\u0300\u0301\u0309\u0303\u0323"

// typed is how a scanner comes out that types plain letters through such a keyboard, or
// one that types the keys of such a keyboard where there is none.
func (k keyboard) typed(text string) string {
	var out strings.Builder
	letter, tone := rune(0), ""
	for _, c := range norm.NFD.String(text) {
		mark, isMark := k.marks[c]
		switch {
		case isMark && strings.ContainsRune(tones, c):
			tone = mark
		case isMark:
			out.WriteString(mark)
		case c == '\u0302' && k.twice:
			out.WriteString(strings.ToLower(string(letter)))
		default:
			if !k.late || !unicode.IsLetter(c) {
				out.WriteString(tone)
				tone = ""
			}
			switch letter = c; c {
			case 'đ':
				out.WriteString("d" + k.dd)
			case 'Đ':
				out.WriteString("D" + k.dd)
			default:
				out.WriteRune(c)
			}
		}
	}
	return out.String() + tone
}

// atTheEnd is the keyboard of somebody who writes tones last.
func (k keyboard) atTheEnd() keyboard {
	k.late = true
	return k
}

// TestHowKeyboardsType holds the keyboards against words as typists know them.
func TestHowKeyboardsType(t *testing.T) {
	for _, c := range [][5]string{
		{"Nguyễn", "Nguyeexn", "Nguyeenx", "Nguye64n", "Nguye6n4"},
		{"Đường", "Dduwowfng", "Dduwowngf", "D9u7o72ng", "D9u7o7ng2"},
		{"Thị Mẫu", "Thij Maaxu", "Thij Maaux", "Thi5 Ma64u", "Thi5 Ma6u4"},
		{"Tỉnh", "Tirnh", "Tinhr", "Ti3nh", "Tinh3"},
		{"Nữ|15011990", "Nuwx|15011990", "Nuwx|15011990", "Nu74|15011990", "Nu74|15011990"},
	} {
		assert.Equal(t, c, [5]string{c[0], telex.typed(c[0]), telex.atTheEnd().typed(c[0]), vni.typed(c[0]), vni.atTheEnd().typed(c[0])})
	}
}

// lost is a text whose letters outside ASCII a scanner has dropped.
func lost(text string) string { return regexp.MustCompile(`[^ -~]`).ReplaceAllString(text, "") }

// How a QR comes out of scanners: the chip speaks only BAC, so that the dates in
// the text must have come through as well as the number.
func TestScanners(t *testing.T) {
	who, err := persona.ByName("mau")
	require.NoError(t, err)
	qr := who.QR()
	texts := map[string]string{"plain": qr, "Telex": telex.typed(qr), "Telex, tones last": telex.atTheEnd().typed(qr),
		"VNI": vni.typed(qr), "VNI, tones last": vni.atTheEnd().typed(qr), "letters lost": lost(qr),
		"another divider": strings.ReplaceAll(qr, "|", "~"), "the scanner's prefix": "]Q1" + qr}
	for name, text := range texts {
		if name != "plain" {
			require.NotEqual(t, qr, text, name)
		}
		if regexp.MustCompile(`Telex|VNI|lost`).MatchString(name) {
			require.Regexp(t, `^[ -~]+$`, text, name)
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
