package prompt

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
)

// walk reads a template as Windows does.
type walk struct {
	t  *testing.T
	b  []byte
	at int
}

func (w *walk) word() uint16 {
	require.LessOrEqual(w.t, w.at+2, len(w.b))
	v := binary.LittleEndian.Uint16(w.b[w.at:])
	w.at += 2
	return v
}

func (w *walk) double() uint32 {
	low := uint32(w.word())
	return low | uint32(w.word())<<16
}

func (w *walk) text() string {
	var units []uint16
	for u := w.word(); u != 0; u = w.word() {
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}

// control is one item of a template.
type control struct {
	style, id   uint32
	class       uint16
	title       string
	top, bottom int16
	left        int16
}

// read takes a template apart and returns its controls, its height and the points of its letters.
func read(t *testing.T, f form) (all []control, height int16, points uint16) {
	t.Helper()
	w := &walk{t: t, b: templateOf(f)}
	assert.Equal(t, uint16(1), w.word())
	assert.Equal(t, uint16(0xFFFF), w.word())
	w.double()
	assert.Equal(t, uint32(wsExTopmost), w.double(), "over all others")
	assert.NotZero(t, w.double()&dsSetFont)
	n := w.word()
	w.double() // x, y
	across := int16(w.word())
	height = int16(w.word())
	assert.Zero(t, w.word(), "no menu")
	assert.Zero(t, w.word(), "the usual class")
	assert.Equal(t, f.title, w.text())
	points = w.word()
	w.word()
	w.word()
	assert.Equal(t, "Segoe UI", w.text())
	for range n {
		w.at = (w.at + 3) / 4 * 4
		w.double()
		w.double()
		c := control{style: w.double()}
		x, y, cx, cy := int16(w.word()), int16(w.word()), int16(w.word()), int16(w.word())
		c.left, c.bottom, c.id = x, y+cy, w.double()
		assert.Equal(t, uint16(0xFFFF), w.word())
		c.class, c.title = w.word(), w.text()
		assert.Zero(t, w.word())
		c.top = y
		assert.LessOrEqual(t, x+cx, across, c.title)
		assert.LessOrEqual(t, c.bottom, height, c.title)
		all = append(all, c)
	}
	assert.Equal(t, len(w.b), w.at, "nothing is left")
	return all, height, points
}

func TestTheTemplateIsReadAsWindowsReadsIt(t *testing.T) {
	f := formOf(pairQuestion(t), "vi")
	all, _, points := read(t, f)
	assert.Equal(t, uint16(12), points, "large letters for what fits")
	ids := map[uint32]control{}
	var texts []string
	for _, c := range all {
		ids[c.id] = c
		texts = append(texts, c.title)
	}
	assert.Contains(t, strings.Join(texts, "\n"), f.site)
	assert.Equal(t, f.allow, ids[idAllow].title)
	assert.Equal(t, f.deny, ids[idDeny].title)
	assert.Equal(t, uint16(classEdit), ids[idCode].class)
	for i, b := range f.sensitive {
		c := ids[uint32(idSensitive+i)]
		assert.Equal(t, b.label, c.title)
		assert.Equal(t, uint32(bsCheck), c.style&0xF)
	}
	for i := range f.terms {
		assert.Equal(t, uint32(bsRadio), ids[uint32(idTerm+i)].style&0xF)
	}
}

// Whatever a page says of itself, all of its address is seen, and the buttons are on the screen.
func TestAStrangersLongWordsHideNothing(t *testing.T) {
	for _, kind := range []consent.Kind{consent.AskPair, consent.AskAgain} {
		for _, lang := range []string{"vi", "en"} {
			q := hostile(t, kind)
			all, height, points := read(t, formOf(q, lang))
			last := sizes[len(sizes)-1]
			assert.GreaterOrEqual(t, points, last.points)
			assert.LessOrEqual(t, height, last.most, "%s %s", kind, lang)
			var said []string
			for _, c := range all {
				said = append(said, strings.ReplaceAll(c.title, "\r\n", ""))
				if c.class != classStatic || c.style&ssCenterImage == ssCenterImage {
					continue // one line of our own words
				}
				lines := strings.Split(c.title, "\r\n")
				assert.Equal(t, int(c.bottom-c.top), len(lines)*lineHeight, "as high as its lines")
				for _, line := range lines {
					assert.LessOrEqual(t, width(line), lineWidth)
				}
			}
			assert.Contains(t, said, q.Caller.String(), "the whole of the address")
		}
	}
}

// A label stands in its column, in the widest estimate of its letters.
func TestLabelsFitIntoTheirColumns(t *testing.T) {
	const most = lineWidth/boxColumns - 6 // beside the box
	for _, lang := range []string{"vi", "en"} {
		f := formOf(hostile(t, consent.AskPair), lang)
		for _, b := range append(f.sensitive, f.terms...) {
			assert.LessOrEqual(t, width(b.label), most, b.label)
		}
		assert.LessOrEqual(t, width(f.code), lineWidth/2, f.code)
	}
}

// Enter does what is safe: where a code was typed, it sends it; else it refuses.
func TestEnterGrantsNothingUnasked(t *testing.T) {
	for kind, want := range map[consent.Kind]uint32{consent.AskPair: idAllow, consent.AskAgain: idDeny} {
		all, _, _ := read(t, formOf(hostile(t, kind), "vi"))
		var found []uint32
		for _, c := range all {
			if c.class == classButton && c.style&0xF == bsDefault {
				found = append(found, c.id)
			}
		}
		assert.Equal(t, []uint32{want}, found)
	}
}
