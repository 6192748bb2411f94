package prompt

import (
	"context"
	"runtime"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32              = windows.NewLazySystemDLL("user32.dll")
	dialogBoxIndirect   = user32.NewProc("DialogBoxIndirectParamW")
	endDialog           = user32.NewProc("EndDialog")
	checkRadioButton    = user32.NewProc("CheckRadioButton")
	getDlgItem          = user32.NewProc("GetDlgItem")
	getDlgItemText      = user32.NewProc("GetDlgItemTextW")
	sendDlgItemMessage  = user32.NewProc("SendDlgItemMessageW")
	postMessage         = user32.NewProc("PostMessageW")
	setFocus            = user32.NewProc("SetFocus")
	setForegroundWindow = user32.NewProc("SetForegroundWindow")

	gdi32              = windows.NewLazySystemDLL("gdi32.dll")
	getObject          = gdi32.NewProc("GetObjectW")
	createFontIndirect = gdi32.NewProc("CreateFontIndirectW")
	deleteObject       = gdi32.NewProc("DeleteObject")
)

// Messages of winuser.h; msgAway is our own.
const (
	wmInitDialog = 0x0110
	wmCommand    = 0x0111
	wmSetFont    = 0x0030
	wmGetFont    = 0x0031
	msgAway      = 0x8000 // WM_APP
	bmGetCheck   = 0x00F0
	emLimitText  = 0x00C5
)

// How a dialog box ends.
const (
	endAllow = iota + 1
	endDeny
	endClosed
	endAway
)

// dialog is a dialog box that is shown.
type dialog struct {
	form  form
	reply reply
	bold  uintptr // a font, 0 for none

	mu   sync.Mutex
	hwnd uintptr
	away bool
}

// open are the dialog boxes by the number that their procedure is given, and
// then by their window.
var open struct {
	sync.Mutex
	last     uintptr
	byNumber map[uintptr]*dialog
	byWindow map[uintptr]*dialog
}

// procedure is the one callback of all dialog boxes: Windows programs have few.
var procedure = sync.OnceValue(func() uintptr { return windows.NewCallback(dialogProc) })

// show shows a form as a dialog box and waits for the officer.
func show(ctx context.Context, f form) (reply, error) {
	runtime.LockOSThread() // a window belongs to its thread
	defer runtime.UnlockOSThread()
	d := &dialog{form: f}
	number := enter(d)
	defer leave(number, d)
	stop := context.AfterFunc(ctx, d.takeAway)
	defer stop()
	b := templateOf(f)
	words := make([]uint32, (len(b)+3)/4) // the template stands at a multiple of four
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(b)), b)
	end, _, _ := dialogBoxIndirect.Call(0, uintptr(unsafe.Pointer(&words[0])), 0, procedure(), number)
	runtime.KeepAlive(words)
	_, _, _ = deleteObject.Call(d.bold)
	switch end {
	case endAllow:
		return d.reply, nil
	case endDeny:
		return reply{}, nil
	case endClosed:
		return reply{}, errClosed
	case endAway:
		return reply{}, context.Cause(ctx)
	}
	return reply{}, errNoWindow
}

func enter(d *dialog) uintptr {
	open.Lock()
	defer open.Unlock()
	if open.byNumber == nil {
		open.byNumber, open.byWindow = map[uintptr]*dialog{}, map[uintptr]*dialog{}
	}
	open.last++
	open.byNumber[open.last] = d
	return open.last
}

func leave(number uintptr, d *dialog) {
	open.Lock()
	defer open.Unlock()
	delete(open.byNumber, number)
	delete(open.byWindow, d.hwnd)
}

// of returns the dialog of a window; at its start the number says which it is.
func of(hwnd, message, number uintptr) *dialog {
	open.Lock()
	defer open.Unlock()
	if message == wmInitDialog {
		open.byWindow[hwnd] = open.byNumber[number]
	}
	return open.byWindow[hwnd]
}

// takeAway ends the dialog box from another thread.
func (d *dialog) takeAway() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.away = true
	if d.hwnd != 0 {
		_, _, _ = postMessage.Call(d.hwnd, msgAway, 0, 0)
	}
}

// dialogProc is a DLGPROC: 1 for a message that was dealt with.
func dialogProc(hwnd, message, wParam, lParam uintptr) uintptr {
	d := of(hwnd, message, lParam)
	if d == nil {
		return 0
	}
	switch message {
	case wmInitDialog:
		return d.begin(hwnd)
	case msgAway:
		_, _, _ = endDialog.Call(hwnd, endAway)
		return 1
	case wmCommand:
		return d.command(hwnd, wParam&0xFFFF)
	}
	return 0
}

// begin sets what a template cannot say. Zero: the focus was set.
func (d *dialog) begin(hwnd uintptr) uintptr {
	d.mu.Lock()
	d.hwnd = hwnd
	away := d.away
	d.mu.Unlock()
	if away {
		_, _, _ = endDialog.Call(hwnd, endAway)
		return 1
	}
	_, _, _ = setForegroundWindow.Call(hwnd)
	d.stress(hwnd, idSite)
	for i, b := range d.form.terms {
		if b.id == "day" {
			_, _, _ = checkRadioButton.Call(hwnd, idTerm, uintptr(idTerm+len(d.form.terms)-1), uintptr(idTerm+i))
		}
	}
	if d.form.code == "" {
		d.focus(hwnd, idDeny)
		return 0
	}
	_, _, _ = sendDlgItemMessage.Call(hwnd, idCode, emLimitText, codeDigits, 0)
	d.focus(hwnd, idCode)
	return 0
}

func (d *dialog) focus(hwnd, id uintptr) {
	control, _, _ := getDlgItem.Call(hwnd, id)
	_, _, _ = setFocus.Call(control)
}

// logFont is LOGFONTW of wingdi.h; the face's name and what stands between are left as they are.
type logFont struct {
	height, width, escapement, orientation, weight int32
	_                                              [8]byte
	_                                              [32]uint16
}

// stress shows a control's words in bold letters.
func (d *dialog) stress(hwnd, id uintptr) {
	const bold = 700
	font, _, _ := sendDlgItemMessage.Call(hwnd, id, wmGetFont, 0, 0)
	var f logFont
	if n, _, _ := getObject.Call(font, unsafe.Sizeof(f), uintptr(unsafe.Pointer(&f))); n == 0 {
		return
	}
	f.weight = bold
	d.bold, _, _ = createFontIndirect.Call(uintptr(unsafe.Pointer(&f)))
	_, _, _ = sendDlgItemMessage.Call(hwnd, id, wmSetFont, d.bold, 1)
}

// command is a press of a button, of Enter or of Escape.
func (d *dialog) command(hwnd, id uintptr) uintptr {
	switch id {
	case idAllow:
		d.collect(hwnd)
		if !d.form.complete(d.reply) {
			d.focus(hwnd, idCode) // it is still to be entered
			return 1
		}
		_, _, _ = endDialog.Call(hwnd, endAllow)
	case idDeny:
		_, _, _ = endDialog.Call(hwnd, endDeny)
	case idClosed:
		_, _, _ = endDialog.Call(hwnd, endClosed)
	default:
		return 0
	}
	return 1
}

// collect reads the controls.
func (d *dialog) collect(hwnd uintptr) {
	checked := func(id int) bool {
		state, _, _ := sendDlgItemMessage.Call(hwnd, uintptr(id), bmGetCheck, 0, 0)
		return state == 1
	}
	d.reply = reply{granted: true, presence: d.form.presence != "" && checked(idPresence)}
	for i, b := range d.form.sensitive {
		if checked(idSensitive + i) {
			d.reply.ticked = append(d.reply.ticked, b.id)
		}
	}
	for i, b := range d.form.terms {
		if checked(idTerm + i) {
			d.reply.term = b.id
		}
	}
	if d.form.code != "" {
		var text [codeDigits + 1]uint16
		_, _, _ = getDlgItemText.Call(hwnd, idCode, uintptr(unsafe.Pointer(&text[0])), uintptr(len(text)))
		d.reply.code = windows.UTF16ToString(text[:])
	}
}
