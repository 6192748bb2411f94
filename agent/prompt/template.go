package prompt

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// Ids of the controls. idClosed is that of Escape and of the cross in the corner.
const (
	idAllow     = 1 // IDOK
	idClosed    = 2 // IDCANCEL
	idDeny      = 3
	idCode      = 10
	idPresence  = 11
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
	ssNoPrefix                         = 0x80
)

// Classes of controls, by their atoms.
const (
	classButton = 0x80
	classEdit   = 0x81
	classStatic = 0x82
)

// Measures in dialog units: a quarter of a letter's width, an eighth of its height.
const (
	dialogWidth = 300
	margin      = 10
	lineHeight  = 11
	lineLetters = 64
	boxHeight   = 14
	buttonWidth = 80
)

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
	t.text(f.intro)
	t.text(f.site)
	for _, line := range f.lines {
		t.text(line)
	}
	if f.code != "" {
		t.text(f.code + " (" + f.codeNote + ")")
		t.item(wsTabStop|wsBorder|esNumber|esAutoHScroll, margin, 70, boxHeight, idCode, classEdit, "")
		t.y += boxHeight + 6
	}
	if len(f.sensitive) > 0 {
		t.text(f.sensitiveTitle)
	}
	for i, b := range f.sensitive {
		t.box(bsCheck|wsTabStop, uint32(idSensitive+i), b.label)
	}
	if f.presence != "" {
		t.box(bsCheck|wsTabStop, idPresence, f.presence)
	}
	if len(f.terms) > 0 {
		t.text(f.termTitle)
	}
	for i, b := range f.terms {
		style := uint32(bsRadio)
		if i == 0 {
			style |= wsGroup | wsTabStop
		}
		t.box(style, uint32(idTerm+i), b.label)
	}
	t.y += 4
	t.item(bsDefault|wsTabStop|wsGroup, dialogWidth-2*(margin+buttonWidth), buttonWidth, 18, idAllow, classButton, f.allow)
	t.item(wsTabStop, dialogWidth-margin-buttonWidth, buttonWidth, 18, idDeny, classButton, f.deny)
	t.y += 18 + margin
	return t.whole(f.title)
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
	b = binary.LittleEndian.AppendUint16(b, 12)  // points
	b = binary.LittleEndian.AppendUint16(b, 400) // weight
	b = append(b, 0, 1)                          // upright, any character set
	b = wide(b, "Segoe UI")
	return append(aligned(b), t.items...)
}

// text adds words over the whole width, as high as they need.
func (t *template) text(text string) {
	lines := int16(utf8.RuneCountInString(text)/lineLetters + 1)
	t.item(ssNoPrefix, margin, dialogWidth-2*margin, lines*lineHeight, 0xFFFF, classStatic, text)
	t.y += lines*lineHeight + 3
}

// box adds a check box or a radio button.
func (t *template) box(style, id uint32, label string) {
	t.item(style|bsMul, margin+4, dialogWidth-2*margin-4, boxHeight, id, classButton, label)
	t.y += boxHeight
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
