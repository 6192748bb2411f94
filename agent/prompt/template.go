package prompt

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Ids of the controls. idClosed is that of Escape and of the cross in the corner.
const (
	idAllow     = 1 // IDOK
	idClosed    = 2 // IDCANCEL
	idDeny      = 3
	idCode      = 10
	idPresence  = 11
	idSite      = 12
	idText      = 0xFFFF
	idTerm      = 20 // the first one
	idSensitive = 40 // the first one
)

// Styles of winuser.h.
const (
	wsPopup, wsChild, wsVisible        = 0x80000000, 0x40000000, 0x10000000
	wsCaption, wsSysMenu, wsBorder     = 0x00C00000, 0x00080000, 0x00800000
	wsGroup, wsTabStop                 = 0x00020000, 0x00010000
	wsExTopmost                        = 0x00000008
	dsSetFont, dsModalFrame            = 0x0040, 0x0080
	dsSetForeground, dsCenter          = 0x0200, 0x0800
	bsDefault, bsCheck, bsRadio, bsMul = 0x1, 0x3, 0x9, 0x2000
	esNumber, esAutoHScroll            = 0x2000, 0x80
	ssNoPrefix, ssCenterImage          = 0x80, 0x200
)

// Classes of controls, by their atoms.
const (
	classButton = 0x80
	classEdit   = 0x81
	classStatic = 0x82
)

// Measures in dialog units: a quarter of a letter's width, an eighth of its height.
const (
	dialogWidth = 400
	margin      = 10
	gap         = 3
	lineHeight  = 9
	lineWidth   = 180 // of wrapped
	boxHeight   = 12
	boxColumns  = 4
	columnWidth = (dialogWidth - 2*margin) / boxColumns
	buttonWidth = 80
	editHeight  = 14
)

// sizes are the points of the letters and how high a dialog box in them may be, in
// dialog units: what stands on a screen of 768 lines beside the task bar. Large ones are
// taken if everything fits; a stranger's long words make them smaller, never cut off.
var sizes = []struct {
	points uint16
	most   int16
}{{12, 255}, {10, 310}, {9, 340}}

// template writes DLGTEMPLATEEX and its items, in the order in which the keyboard
// passes them (winuser.h; "DLGTEMPLATEEX structure" in the Windows documentation).
type template struct {
	items []byte
	n     uint16
	y     int16
}

// templateOf is the form as a dialog box over all others.
func templateOf(f form) []byte {
	t := &template{y: margin}
	for _, paragraph := range f.paragraphs() {
		id := uint32(idText)
		if paragraph == f.site {
			id = idSite
		}
		t.text(id, paragraph)
	}
	if f.code != "" {
		t.item(ssNoPrefix|ssCenterImage, margin, 2*columnWidth, editHeight, idText, classStatic, f.code)
		t.item(wsTabStop|wsBorder|esNumber|esAutoHScroll, margin+2*columnWidth, columnWidth, editHeight, idCode, classEdit, "")
		t.y += editHeight + gap
		for _, note := range f.codeNotes {
			t.text(idText, note)
		}
	}
	if len(f.sensitive) > 0 {
		t.text(idText, f.sensitiveTitle)
		t.boxes(bsCheck|wsTabStop, idSensitive, f.sensitive)
	}
	if f.presence != "" {
		t.item(bsCheck|wsTabStop|bsMul, margin, dialogWidth-2*margin, boxHeight, idPresence, classButton, f.presence)
		t.y += boxHeight + gap
	}
	if len(f.terms) > 0 {
		t.item(ssNoPrefix|ssCenterImage, margin, columnWidth, boxHeight, idText, classStatic, f.termTitle)
		t.boxes(bsRadio, idTerm, f.terms)
	}
	t.buttons(f)
	return t.whole(f.title)
}

// buttons adds the two of them. Enter is «allow» where a code was entered, else «refuse»:
// a window comes up over others, and an Enter that was meant for them grants nothing.
func (t *template) buttons(f form) {
	allow, deny := uint32(bsDefault), uint32(0)
	if f.code == "" {
		allow, deny = 0, bsDefault
	}
	t.y += gap
	t.item(allow|wsTabStop|wsGroup, dialogWidth-2*(margin+buttonWidth), buttonWidth, 18, idAllow, classButton, f.allow)
	t.item(deny|wsTabStop, dialogWidth-margin-buttonWidth, buttonWidth, 18, idDeny, classButton, f.deny)
	t.y += 18 + margin
}

// whole puts the dialog's own part before the items.
func (t *template) whole(title string) []byte {
	var b []byte
	b = binary.LittleEndian.AppendUint16(b, 1)      // dlgVer
	b = binary.LittleEndian.AppendUint16(b, 0xFFFF) // signature
	b = binary.LittleEndian.AppendUint32(b, 0)      // helpID
	b = binary.LittleEndian.AppendUint32(b, wsExTopmost)
	b = binary.LittleEndian.AppendUint32(b, wsPopup|wsCaption|wsSysMenu|dsSetFont|dsModalFrame|dsSetForeground|dsCenter)
	b = binary.LittleEndian.AppendUint16(b, t.n)
	for _, v := range []int16{0, 0, dialogWidth, t.y} {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	b = append(b, 0, 0, 0, 0) // no menu, the usual class
	b = wide(b, title)
	b = binary.LittleEndian.AppendUint16(b, t.points())
	b = binary.LittleEndian.AppendUint16(b, 400) // weight
	b = append(b, 0, 1)                          // upright, any character set
	b = wide(b, "Segoe UI")
	return append(aligned(b), t.items...)
}

// points are the size of the letters.
func (t *template) points() uint16 {
	for _, s := range sizes {
		if t.y <= s.most {
			return s.points
		}
	}
	return sizes[len(sizes)-1].points
}

// text adds words over the whole width, in lines that are broken here: a static control
// cuts off a word that is longer than it is wide.
func (t *template) text(id uint32, text string) {
	lines := wrapped(text, lineWidth)
	height := int16(len(lines)) * lineHeight
	t.item(ssNoPrefix, margin, dialogWidth-2*margin, height, id, classStatic, strings.Join(lines, "\r\n"))
	t.y += height + gap
}

// boxes adds check boxes, or radio buttons beside their title, in columns, row by row. A
// radio button is reached by the arrow keys from the first of its group.
func (t *template) boxes(style, first uint32, all []box) {
	column := 0
	if style&bsRadio == bsRadio {
		column = 1
	}
	for i, b := range all {
		more := uint32(0)
		if style&bsRadio == bsRadio && i == 0 {
			more = wsGroup | wsTabStop
		}
		t.item(style|more|bsMul, margin+int16(column)*columnWidth, columnWidth, boxHeight, first+uint32(i), classButton, b.label)
		if column++; column == boxColumns || i == len(all)-1 {
			column = 0
			t.y += boxHeight
		}
	}
	t.y += gap
}

// item adds a control at the height that has been reached.
func (t *template) item(style uint32, x, width, height int16, id uint32, class uint16, title string) {
	b := aligned(t.items)
	b = binary.LittleEndian.AppendUint32(b, 0) // helpID
	b = binary.LittleEndian.AppendUint32(b, 0) // exStyle
	b = binary.LittleEndian.AppendUint32(b, style|wsChild|wsVisible)
	for _, v := range []int16{x, t.y, width, height} {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	b = binary.LittleEndian.AppendUint32(b, id)
	b = binary.LittleEndian.AppendUint16(b, 0xFFFF)
	b = binary.LittleEndian.AppendUint16(b, class)
	b = wide(b, title)
	b = binary.LittleEndian.AppendUint16(b, 0) // no creation data
	t.items = b
	t.n++
}

// wide appends a text in UTF-16 with its end.
func wide(b []byte, text string) []byte {
	for _, unit := range append(utf16.Encode([]rune(text)), 0) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return b
}

// aligned fills up to the next multiple of four bytes.
func aligned(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
