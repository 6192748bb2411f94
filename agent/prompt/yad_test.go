//go:build e2e

package prompt

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
)

// oldScreen is that of an old computer at a counter.
const oldScreen = "1024x768"

// screen starts an X server with a window manager and returns its display.
func screen(t *testing.T, size string) string {
	t.Helper()
	x := exec.Command("Xvfb", "-displayfd", "1", "-screen", "0", size+"x24", "-nolisten", "tcp")
	out, err := x.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, x.Start())
	t.Cleanup(func() { _ = x.Process.Kill(); _ = x.Wait() })
	number, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	display := ":" + strings.TrimSpace(number)
	manager := exec.Command("openbox")
	manager.Env = append(os.Environ(), "DISPLAY="+display)
	require.NoError(t, manager.Start())
	t.Cleanup(func() { _ = manager.Process.Kill(); _ = manager.Wait() })
	t.Setenv("DISPLAY", display)
	t.Setenv("WAYLAND_DISPLAY", "wayland-0") // as on a desktop of Wayland that serves X11 too
	t.Setenv("GDK_BACKEND", "wayland")
	return display
}

// tool runs a program of X and returns what it prints, "" if it fails.
func tool(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// windowOf waits for the window of a form and returns its id.
func windowOf(t *testing.T, f form) (id string) {
	t.Helper()
	require.Eventually(t, func() bool {
		id = tool("xdotool", "search", "--onlyvisible", "--name", "^"+f.title+"$")
		return id != "" && strings.Contains(tool("xprop", "-id", id, "_NET_WM_STATE"), "_NET_WM_STATE_ABOVE")
	}, 30*time.Second, 100*time.Millisecond, "a window over all others")
	return id
}

// place is where a window's inside is on the screen, and how large.
func place(t *testing.T, id string) (x, y, w, h int) {
	t.Helper()
	said := tool("xwininfo", "-id", id)
	for label, into := range map[string]*int{"Absolute upper-left X:": &x, "Absolute upper-left Y:": &y, "Width:": &w, "Height:": &h} {
		_, rest, _ := strings.Cut(said, label)
		_, err := fmt.Sscan(rest, into)
		require.NoError(t, err, said)
	}
	return x, y, w, h
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

// The officer's way through a pairing by the keyboard: the code, no box but the
// portrait's, the day as it stands.
func TestAWindowOfTheDesktop(t *testing.T) {
	screen(t, oldScreen)
	f := formOf(pairQuestion(t), "vi")
	got := shown(t.Context(), f)
	id := windowOf(t, f)
	tool("xdotool", "windowfocus", "--sync", id, "type", "--delay", "30", "0123456")
	// Tab to «Tôn giáo», to «Ảnh chân dung», tick it, and back to the code.
	tool("xdotool", "key", "--delay", "50", "Tab", "Tab", "space", "shift+Tab", "shift+Tab", "Return")
	select {
	case r := <-got:
		assert.Equal(t, reply{granted: true, code: "0123456", ticked: []string{"portrait"}, term: "day"}, r)
	case <-time.After(30 * time.Second):
		t.Fatal("the window is still there")
	}
}

// A code that cannot be one costs no try: the window comes again, with what was ticked.
func TestAnUnfinishedCodeIsAskedForAgain(t *testing.T) {
	screen(t, oldScreen)
	f := formOf(pairQuestion(t), "vi")
	got := shown(t.Context(), f)
	first := windowOf(t, f)
	tool("xdotool", "windowfocus", "--sync", first, "type", "--delay", "30", "012 34")
	tool("xdotool", "key", "--delay", "50", "Tab", "space", "shift+Tab", "Return")
	var second string
	require.Eventually(t, func() bool { second = windowOf(t, f); return second != first }, 30*time.Second, 100*time.Millisecond)
	tool("xdotool", "windowfocus", "--sync", second, "type", "--delay", "30", "012 3456")
	tool("xdotool", "key", "Return")
	assert.Equal(t, reply{granted: true, code: "012 3456", ticked: []string{"religion"}, term: "day"}, <-got)
}

// A page that makes its words as long as they may be, with signs that yad would obey, hides
// neither its address nor the buttons; and Enter, meant for another window, grants nothing.
func TestAHostilePageInAWindow(t *testing.T) {
	screen(t, oldScreen)
	for _, kind := range []consent.Kind{consent.AskPair, consent.AskAgain} {
		f := formOf(hostile(t, kind), "vi")
		ctx, cancel := context.WithCancel(t.Context())
		got := shown(ctx, f)
		id := windowOf(t, f)
		x, y, w, h := place(t, id)
		assert.GreaterOrEqual(t, min(x, y), 0)
		assert.LessOrEqual(t, x+w, 1024)
		assert.LessOrEqual(t, y+h, 768)
		if kind == consent.AskAgain {
			tool("xdotool", "windowfocus", "--sync", id, "key", "Return")
			assert.Equal(t, reply{}, <-got)
		}
		cancel()
		if kind == consent.AskPair {
			<-got
		}
	}
}

func TestAWindowThatIsClosedOrTakenAway(t *testing.T) {
	screen(t, oldScreen)
	f := formOf(pairQuestion(t), "en")
	got := shown(t.Context(), f)
	tool("xdotool", "windowfocus", "--sync", windowOf(t, f), "key", "Escape")
	assert.ErrorIs(t, (<-got).(error), errClosed)

	ctx, cancel := context.WithCancel(t.Context())
	got = shown(ctx, f)
	windowOf(t, f)
	cancel()
	assert.ErrorIs(t, (<-got).(error), context.Canceled)
	require.Eventually(t, func() bool { return tool("xdotool", "search", "--onlyvisible", "--name", "^"+f.title+"$") == "" }, 20*time.Second, 100*time.Millisecond)
}

func TestNoDesktopNoWindow(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	_, err := show(t.Context(), formOf(pairQuestion(t), "vi"))
	assert.ErrorIs(t, err, errNoWindow)
	t.Setenv("DISPLAY", ":4711")
	_, err = show(t.Context(), formOf(pairQuestion(t), "vi"))
	assert.ErrorIs(t, err, errNoWindow, "there is no such display")
}
