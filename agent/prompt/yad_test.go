//go:build e2e

package prompt

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// screen starts an X server with a window manager and returns its display.
func screen(t *testing.T) string {
	t.Helper()
	x := exec.Command("Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp")
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
	t.Setenv("WAYLAND_DISPLAY", "")
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
	screen(t)
	f := formOf(pairing(t), "vi")
	got := shown(t.Context(), f)
	id := windowOf(t, f)
	tool("xdotool", "windowfocus", "--sync", id, "type", "--delay", "30", "0123456")
	// Tab to «Tôn giáo», to «Ảnh chân dung», tick it; past presence and the term to «Cho phép».
	tool("xdotool", "key", "--delay", "50", "Tab", "Tab", "space", "Tab", "Tab", "Tab", "space")
	select {
	case r := <-got:
		assert.Equal(t, reply{granted: true, code: "0123456", ticked: []string{"portrait"}, term: "day"}, r)
	case <-time.After(30 * time.Second):
		t.Fatal("the window is still there")
	}
}

func TestAWindowThatIsClosedOrTakenAway(t *testing.T) {
	screen(t)
	f := formOf(pairing(t), "en")
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
	_, err := show(t.Context(), formOf(pairing(t), "vi"))
	assert.ErrorIs(t, err, errNoWindow)
	t.Setenv("DISPLAY", ":4711")
	_, err = show(t.Context(), formOf(pairing(t), "vi"))
	assert.ErrorIs(t, err, errNoWindow, "there is no such display")
}
