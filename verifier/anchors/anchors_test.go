package anchors

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"chipid/internal/evidencetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestChangesAreInForceWithoutARestart(t *testing.T) {
	dir, source := t.TempDir(), evidencetest.TrustFolder(t)
	want := len(evidencetest.Trust(t).Anchors())
	require.NotZero(t, want)
	f, err := Open([]string{dir}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	assert.True(t, f.Store().Empty())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { f.Watch(ctx, nil); close(done) }()
	defer func() { cancel(); <-done }()

	files, err := os.ReadDir(source)
	require.NoError(t, err)
	for _, file := range files {
		b, err := os.ReadFile(filepath.Join(source, file.Name()))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, file.Name()), b, 0o600))
	}
	require.Eventually(t, func() bool { return f.State().Anchors == want }, 30*time.Second, 20*time.Millisecond)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "broken.cer"), []byte("nothing"), 0o600))
	require.Eventually(t, func() bool { return f.State().Problems == 1 }, 30*time.Second, 20*time.Millisecond)
	assert.Equal(t, want, f.State().Anchors, "the rest stays")
}

func TestAFolderThatIsAwayLeavesTheFormerInForce(t *testing.T) {
	dir := evidencetest.TrustFolder(t)
	f, err := Open([]string{dir}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	had := f.State().Anchors
	require.NotZero(t, had)
	require.NoError(t, os.Rename(dir, dir+".away"))
	defer func() { require.NoError(t, os.Rename(dir+".away", dir)) }()
	require.Error(t, f.Load())
	assert.Equal(t, had, f.State().Anchors)
	assert.Error(t, f.State().Err)
	_, err = Open([]string{dir}, slog.New(slog.DiscardHandler))
	assert.ErrorIs(t, err, ErrUnreadable)
}
