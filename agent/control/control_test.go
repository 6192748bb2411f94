package control

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/agent/consent"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serving runs a socket at path until the test ends.
func serving(t *testing.T, path string, handle Handler) {
	t.Helper()
	l, err := Listen(path)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); Serve(ctx, l, handle) }()
	t.Cleanup(func() { cancel(); <-done })
}

func TestCommandsAreAnswered(t *testing.T) {
	for name, dir := range map[string]string{"short": "s", "long": strings.Repeat("long/", 40)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), filepath.FromSlash(dir), "control.sock")
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			_, err := Call(t.Context(), path, Request{Op: OpPending})
			assert.ErrorIs(t, err, ErrNotRunning)
			serving(t, path, func(_ context.Context, r Request) Response {
				return Response{Code: string(r.Op), Asking: []string{r.Origin}}
			})
			got, err := Call(t.Context(), path, Request{Op: OpChoose, Origin: "https://a.example"})
			require.NoError(t, err)
			assert.Equal(t, Response{Code: "choose", Asking: []string{"https://a.example"}}, got)
			_, err = Listen(path)
			assert.ErrorIs(t, err, ErrTaken)
		})
	}
}

// TestTheSocketIsTheUsersAlone, also in a folder that is not.
func TestTheSocketIsTheUsersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.sock")
	serving(t, path, func(context.Context, Request) Response { return Response{} })
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" { // where rights come from the folder
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
}

func TestWhatACrashLeftIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.sock")
	l, err := net.Listen("unix", path)
	require.NoError(t, err)
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	require.FileExists(t, path)
	serving(t, path, func(context.Context, Request) Response { return Response{} })
	_, err = Call(t.Context(), path, Request{Op: OpChanged})
	assert.NoError(t, err)
}

func TestACommandThatGoesEndsItsRequest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.sock")
	ended := make(chan struct{})
	serving(t, path, func(ctx context.Context, _ Request) Response { <-ctx.Done(); close(ended); return Response{} })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := Call(ctx, path, Request{Op: OpWait})
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Fatal("it goes on")
	}
}

func TestNonsenseIsNotAnswered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.sock")
	serving(t, path, func(context.Context, Request) Response { t.Error("handled"); return Response{} })
	for _, text := range []string{"{\n", "\n", strings.Repeat("x", maxLine+1)} {
		conn, err := net.Dial("unix", path)
		require.NoError(t, err)
		_, _ = conn.Write([]byte(text))
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
		n, _ := conn.Read(make([]byte, 10))
		assert.Zero(t, n)
		conn.Close()
	}
}

// TestAPagesWordsInAQuestion: they stay between the quotes in which they are shown.
func TestAPagesWordsInAQuestion(t *testing.T) {
	q := QuestionOf(consent.Pending{Question: consent.Question{Name: "a»\u202e«b", Purpose: "c»", Reader: "R\x1b"}})
	assert.Equal(t, []string{"a›‹b", "c›", "R"}, []string{q.Name, q.Purpose, q.Reader})
}
