package prompt

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	style, id    uint32
	class        uint16
	title        string
	bottom, left int16
}

func TestTheTemplateIsReadAsWindowsReadsIt(t *testing.T) {
	f := formOf(pairing(t), "vi")
	w := &walk{t: t, b: templateOf(f)}
	assert.Equal(t, uint16(1), w.word())
	assert.Equal(t, uint16(0xFFFF), w.word())
	w.double()
	assert.Equal(t, uint32(wsExTopmost), w.double(), "over all others")
	assert.NotZero(t, w.double()&dsSetFont)
	n := w.word()
	w.double() // x, y
	width, height := int16(w.word()), int16(w.word())
	assert.Zero(t, w.word(), "no menu")
	assert.Zero(t, w.word(), "the usual class")
	assert.Equal(t, f.title, w.text())
	w.word()
	w.word()
	w.word()
	assert.Equal(t, "Segoe UI", w.text())
	ids := map[uint32]control{}
	var texts []string
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
		assert.LessOrEqual(t, x+cx, width, c.title)
		assert.LessOrEqual(t, c.bottom, height, c.title)
		ids[c.id] = c
		texts = append(texts, c.title)
	}
	assert.Equal(t, len(w.b), w.at, "nothing is left")
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
