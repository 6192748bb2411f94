package prompt

import (
	"context"
	"os"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/windows"

	"chipid/agent/consent"
)

var (
	findWindow     = user32.NewProc("FindWindowW")
	sendMessage    = user32.NewProc("SendMessageW")
	setDlgItemText = user32.NewProc("SetDlgItemTextW")
	getWindowLong  = user32.NewProc("GetWindowLongW")
	isDlgChecked   = user32.NewProc("IsDlgButtonChecked")
)

// windowOf waits for the window of a form.
func windowOf(t *testing.T, f form) (hwnd uintptr) {
	t.Helper()
	title, err := windows.UTF16PtrFromString(f.title)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		hwnd, _, _ = findWindow.Call(0, uintptr(unsafe.Pointer(title)))
		return hwnd != 0
	}, 30*time.Second, 20*time.Millisecond)
	time.Sleep(200 * time.Millisecond) // until its procedure has begun
	return hwnd
}

func click(hwnd uintptr, id int) {
	control, _, _ := getDlgItem.Call(hwnd, uintptr(id))
	_, _, _ = sendMessage.Call(control, 0x00F5, 0, 0) // BM_CLICK
}

func checked(hwnd uintptr, id int) bool {
	state, _, _ := isDlgChecked.Call(hwnd, uintptr(id))
	return state == 1
}

// shown runs show beside the test.
func shown(ctx context.Context, f form) <-chan any {
	got := make(chan any, 1)
	go func() {
		r, err := show(ctx, f)
		if err != nil {
			got <- err
			return
		}
		got <- r
	}()
	return got
}

func TestAWindowOfTheDesktop(t *testing.T) {
	f := formOf(pairQuestion(t), "vi")
	got := shown(t.Context(), f)
	hwnd := windowOf(t, f)
	style, _, _ := getWindowLong.Call(hwnd, ^uintptr(19)) // GWL_EXSTYLE, -20
	assert.NotZero(t, style&wsExTopmost, "over all others")
	for i := range f.sensitive {
		assert.False(t, checked(hwnd, idSensitive+i), "never ticked beforehand")
	}
	assert.False(t, checked(hwnd, idPresence))
	assert.True(t, checked(hwnd, idTerm+1), "today")
	click(hwnd, idAllow)
	select {
	case r := <-got:
		t.Fatalf("without a code: %v", r)
	case <-time.After(300 * time.Millisecond):
	}
	code, err := windows.UTF16PtrFromString("0123456")
	require.NoError(t, err)
	_, _, _ = setDlgItemText.Call(hwnd, idCode, uintptr(unsafe.Pointer(code)))
	click(hwnd, idSensitive+1)
	click(hwnd, idTerm)
	if wait := os.Getenv("CHIPID_LOOK"); wait != "" { // for somebody who takes a picture
		d, err := time.ParseDuration(wait)
		require.NoError(t, err)
		time.Sleep(d)
	}
	click(hwnd, idAllow)
	assert.Equal(t, reply{granted: true, code: "0123456", ticked: []string{"portrait"}, term: "once"}, <-got)
}

func TestAWindowThatIsRefusedClosedOrTakenAway(t *testing.T) {
	f := formOf(pairQuestion(t), "en")
	got := shown(t.Context(), f)
	click(windowOf(t, f), idDeny)
	assert.Equal(t, reply{}, <-got)

	again := pairQuestion(t)
	again.Kind = consent.AskAgain
	got = shown(t.Context(), formOf(again, "en"))
	hwnd := windowOf(t, f)
	id, _, _ := sendMessage.Call(hwnd, 0x0400, 0, 0) // DM_GETDEFID
	assert.Equal(t, uintptr(idDeny), id&0xFFFF, "Enter grants nothing unasked")
	click(hwnd, int(id&0xFFFF))
	assert.Equal(t, reply{}, <-got)

	got = shown(t.Context(), f)
	_, _, _ = sendMessage.Call(windowOf(t, f), 0x0010, 0, 0) // WM_CLOSE
	assert.ErrorIs(t, (<-got).(error), errClosed)

	ctx, cancel := context.WithCancel(t.Context())
	got = shown(ctx, f)
	windowOf(t, f)
	cancel()
	assert.ErrorIs(t, (<-got).(error), context.Canceled)
	cancelled := shown(ctx, f)
	assert.ErrorIs(t, (<-cancelled).(error), context.Canceled, "nobody waits any more")
}
